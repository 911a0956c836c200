"""The whole text that Run Command gets: a task's own lines, the facts of a run, and the runner.

The send function has this module in itself (tools/pack_functions.py), so one piece of code makes
what `scan` shows and what a host gets.
"""

from __future__ import annotations

import bz2
import shlex
from base64 import b85decode

# fmt: off
# [[[cog
# from base64 import b85encode
# from bz2 import compress
# from pathlib import Path
# from tools.pack_shell import packed
# runner = packed(Path("cfn/functions/runner.sh").read_text(encoding="utf-8"))
# cog.outl(f'RUNNER = bz2.decompress(b85decode("{b85encode(compress(runner.encode())).decode()}")).decode()')
# ]]]
RUNNER = bz2.decompress(b85decode("LRx4!F+o`-Q&~qpLjC{~MPGnWFn|C5|NsBr{=fhK{$LcrBq}w1?s$6AD(@g&(YoEv_2q9)?yoopwo~5syce@n8Zto@RTACZJDln&tHVtuiJ$;LCX6Itl>F5nrAO#Sr>M_ULVl7oXwxu*K@9;3lwvf&3VND6QR;f0h}lg5Gz|uTXlOLhnGpp)RPv8V^*u&|H2}~6G&BGJ005IoB+)b`B4IT&)AUK`nhexwpaVc?4FCWf4F;JFG-zQ1A)$gaG|8htG7LZfXe3090W<+LOqn#%6Vaq*jS~>SfMnCs13=!mQS<hvyZtuxJ2XDHKt<kNu+rJT7Ud={{Qe$G56;S~iQcejtZ?#az3@qXO++SuEUJ`W+|wRoEM>|jCjZr(FZf*MRiiE#7LU38c4IvCTQUjX=JYMeo@W@^$5ktvJK8c+8yeGRY?3F=Tgz0w?MwFl^a{0G%=xW;eR}zuKa7;(WH=faN&4K>Y;Dikg(;Id9LzYDG)tlyZO^V;5<~SJmTPr*pNuM-qlc#fk;omZMT_KviD?e=4K0t0?Zy?aM~6FUhY2D69aDQH*%;T$GU$G|{?2p8bbYfo?W08r(Ym1@3aD@ldDdsNr<Ay-a&aH0o2Y$$$q_b)aufWzRPUSRqY0DaGPy*n_riyPG(+l5F_gVeA35S<*HkD`V}&f}#2FktZwXoTK;D3kB8r@6J@W@%hc+RYNH}>5$XC9M5J)ie83Y$_ysa5M?d89=vxcO80=%XuLp{)gf=J46?jT!C5Lew>)e<{I3!yi+SJ=0+=a+%vD*@wO5BEA#GT~N9O!22m-yEKrUR%Z5159rXRi%<ev^$?{_rCEoB<IHXo)w~`N|HmR?h~3s#0=(Sop%I;_OSW}=iTm$^Woz5`gTK4o;XTeWpiIEE9PK=@$*q+@0Yw)4H?YEBdB-~&|YBf?YWi78u@5-<BrKL#2!~Z{B5*2B2Xbe(ckdHphQdp5p9!MkUpnwD(t;@X4fxB0uEk8spl$?uTlVVdIw8(Bi~+)xrW%gaf1xks|8bjz6ie%ot$;V%<%(tsYME^#hLqfbeKn<I8boTZf{MCMh<W{Hq$~N%3@F~#4P4|wmYRt9sWgS?d=2R3#mvUBU#J~(pFpH+<S9@V0WJD{JlOQ_d)AqO449$Hl@tN^pHoNXJ+~6^m3=<*1t7?prWHVvF*%8e5vpG?(e0Sg(?*p^1|W|B8+I2da>aU=vccQ#mE@TK8D{yQ!m%j>gU)hWXGS)JvZjFUOWCIWT0phz}+kBye}|S)F33vZHfC(BF!s3)lP8(F*tyNMnd^tm0{O~^CILmD|gm8pvFR%NROGA%959FcPE2DWhY3t!y&#QOx?1mtTRzW4HJAq@i0w{6~;*YNDO4p!p#nu$QR1cj%9r{gwiaVgSTysHFV#)_(9U-s@6AeL`Ua@@T-+qmc0+%zXA<J#$+MNhKZJ7wN;@7g?N-PNXw|<#lTs%CAC>`#IpyxIbF{+KBX}fbVM{@yo@wJ7%)}r)bPg_Yj&X>4X|J>=Bo(#`39vyEkkaf3&6(nt7c$s;bqdr?TU@BEHz~V4hKjbp%oK-^k*BO?_vJZyG#~(a<?osU4)@&8MQ-Iq6mW^;|Sy#ImX!_%1wR|+A^*8|Hlins%4fAk~p%SFn3OQH;hOKl=a{|SL*NeVRpN&P2Lc2c}6L?y0t*WDyyw$2s?X#o2y1_vgSai$oKnwpeaBO__W=8cya2I_vXj0^?{@>rKx9!oJ*V~W*F5PT0ES&XpD5ak{$Pb_0Y!p7(dHK`|i1z#FR>UGo%b027JM-XmDL@cDna8w#Sb7qoDoXRSGZ%2#-Y?khm~|!abhV<Y{ZV`EHELlDb#CNZbyO<Ys&e<HaW7IeAnqFi^Ai!RHNb9a{N7BJqUe$@4M-lk(a^ionJb7!*Scwg(7O#1=1p1ZlHdlvUi@VAhvw>hf^E8-q5kAcV#Zww0V<1sHhrmG<Wb{JvuEA(L32dVa6wA@_F2fE#_vQ4xa2-foCI&zd{t(~-I)SZ2mkfasfFn#+(%C|FUb#8Fl@m5i;Fp=B9Xp=DrHQ4$uGPa9S~cFkJ%(>Us2sIwVuqgZ05DU4`L&Z=NyL`dnBqXt=FQ<h$aYs0EcRe~qbra8u!uh?9;hWF*l4Q$50cc_^unG?tE`4q4Lqz8AAw!lTZcANSL@%2{xqz}qqCL|B5-scVc);M{?+g6^9Qn|tc+reZAgmZUCx}A@Dqu^=TWHpa7l-B#;EE>dyWJ)0brvys!s1^`CT|FBYi|pYh6|IIbjpne3l2Rn8;K(FB#<`WM91mR;zp_@AT4@|TeVrDwcB1o;;CFD`AdeumOn`QgFCvF-%e8WBmC1A<%dbRo5u+!dfl&pJh(tB8h(?)wJ|FhLMV)~Q%Gvl<Qu>*LLDq_6>@bFs2BG2_WxggDf(TEOC&k&c+e2>rs{9>{j05cvqtQ34#a?%|+t?z(aGqmVpGfmsWvhrz(h!nKKqi9?uG%syy8;XA2|Pz{oQM)eBto_rI7Fq3qkP|kvU*A-S*e)uW(Z&(dL85NHT;Y=BgNOqe7_#%++SLBeScPY`igt#V6l4ag@(Ktkj8v0R6@Uj`x_Q~Rvm90_Y5fVx*PdnVAd>SE59rHN<u-<0y%=L^dFlzbYc`<Rgshe)FI9tEBCO00VOh&xLlhPqdP)FyHv&rgLHAV>b@u|6|G`C&uc<gJddrn8ww#R+7_AZqDYjs3pk)N^Z^??|3RPZ<H3EoeLnx}J53#!c>X$g?vSI;xe!pq8!Gl_>Vy}+gW)JhLSrN0B)%VoSW<%VTnpoAb?NHX7um%lYcFE=JiZbqGx1E#15G}UQlP9O!OBSlkanVkY_&w(GOJ*rmCff1+W2DjVG88s)~|KfmIbOx@qv4<pu9Mws<>}0AkHdEBa!o3NczFY1F)#~oPffjJ!mQn&{gwhR2ZHh;BTkDZyO{H*=nL_Lysorw?Ie)ATI9V$^wq>(;fl_pTNud3UK<r^}zf3G6DPQs3v%8QP@w)NW>_5&X!T@^_t}PeP!D%Ki9W~$9>JvqAfRjAkh6I7PLb)M0;EFP0&)J44}_yd_!a)y)yhmMoS!@1Nmn85rSTaUdEG5bWsa}G9_SY7wQ^riMqx$Yr}|P!Y<^*K2*_GlT;_klh=?P5!C$jYhh5b7uA(B6x04F8phYG<2NK;1Aut0)a*{RVL#IyL5D`0ol8*kIx_*_a)Wk53)Ej8J&S(6j}I~Rb5Ggj>i2`(JRRNgppa2kBBI5Ls-lXhq<9{?;Y{ocJpQ}(-akO#WcZmAOhWJb4eoffkw&~Hr>yDbUG$$28xO%g^T3n}2pWK2FB8(WrTKhdBZ3YT{yfR5xGZ8v^&1A8Y(0tRPp#lBYuFcu?)T53VYa*dpCEh2Y~2~y2SN0pxb1i&K)V(}R+J+lwu#?33+gc>(*Pyws9r%4iVCX{HAPm@L2ZnxEppKA6)oWn(_P}N`|#TNg2>EbEHdPm{9xKmR5<g9h=m8?CO+mN_l7G~^}LHF3y7m~LE}MqbiVyiU?>s6u{CjbV}{m%WJ?_=NXZJx%XX-cDCmIT#~4O^lI}7p#wHqEDGgZ^IRq)VQt4_Pol-YQa3!Y1^_2Q=&KC&bzU|UghoC9QG1s76VF7G5q9L@_&DA0<$fT5gtSdCYN``?nc2Kw_!09B7fm-`JX@=HOuM2~g1<aM!#%0m-=W<K9Yp${|WZyS?jG)#%4CDbO>9CfP*FZ|-gQJ$7Wq6hQ#6}B&GEk#bQ`F4q&77K!1B~}lj25M0%<5r<%VO+QTbL~EGHWOaqDmGY@NHQtP4tTtN-761R-Jj?1uB?}dK9BM8^|~knMH1T9Ye$_pu}A%af(n@9#k+f7F7kZWGrP!bs!-FZr1iYyeAvKJ2wyo+PSN-XA^as<SIHm3kKs;Ew;mf$e@;_*vybJjTI&SKv8tI+H6nWij=%pW?xPO;TpA4Ysx4TEV&?qZnWg+V9V{|sF((zE2z<6s5aCFz=_d71>I0l0LF)?J8v#8ZG&?YKBlRiaUVL*8}96E-UiesxG%pE^+ZnMVe#9gv}|g~5{f(KT&@Y5*l;se=Grb>p!6~U@$^-)+sQ5z=1LG!DJ@uOxtJST%<nQ3GvW#ZJ_8MUfRTW4OA-X6L1-m)OM|t`V;b*o;F4MPXoGQfz1VDITlnEyP!<Ci+8J!tELd;uA-OQpEQ+9?N_i+^#feW>MokK`<pZlbtQ;X>Gq{Ezt#5hX^2kYjlYzuGd2AH{2T=C(q)TBVIhrsHqa-L+3tJ%?1@w?<CtDR-FR&)z1sKI`@=-z^jPDR$_a)SJsNdh(_?My-c6p^IDa@U`@9ho>8WU#7hAi>K*yJ^~p`)#Raw`&b73(h)9#$enV#f?xE<y{YRaSTgyl+UBwb^>+1D*y5!D5;Xs@!v;^BN3PnYJZ_C}Rq&;uNNVx#$`7ftw^CK^sQ!sQ0LzVHCY}BDq6M#aY$Ya9`xIlnbhCEMhwtc?N=FIzk{9cU6)u6oBel!$UT)EiglAm$q9r>IPSYQ+!yC>5@>^!8Mhr(AtSJ-$jzEAEODA8F6h&A<`nn)JVNsZ|DxjRK0XYOfrS7l@jAFjmMOySa)`X*zWqCOyY5-VUifEK&mpx4jZFzRDx%&Lg#0qEp&n~=ALFM3stNF;YD0B6Gmg0Sr%Vhtrr@U(cZM>olgg+LKM8ZD4cSaC5-C2!!BTonzs)MY@qJ+IB=BQ+~HiMZc^sMx@>CGhYlJm3sTv2YMTuR(4bvhnhyUQ{QB0^;U*D@7_7lE3BI+AP}2ldMPeudG96tnM{L{LI8h!i9GswdJlhhsnE>>FBQmQ(khZE`Ogdm*7@?-e1Y(IL9Fi3XlxNzJ$pN#3K-0g)0oVE24xUb6f8hr-lp(O}J!}`j=hMZ-3bz=&V)tfi2gA>Tu<mCq{A;Ae%ZcBW2+UP>F%CkxhDF<(iSgQME+95<JSem_q7r#{l%tB4+QB_sXNOYubP{w-@f~~UT8xtBJQW5+Ou>s#pvSYcWnQm6hl4#VJf)!)yz)4;fZ+w1?ZdqEOmhK}<CZp8kv%@=M*$5hJ3PliIE9ubm2{lFxK+sRrcJhk1XA0cX(p_q2pwL}V-)GxjPjco7oZVKbeWZ^>ngZb(OOt(1Y`w)(t4nchAIaDJI?;D9FvDm1rdV4%b6rES6ZUj+H8HVb6B1|$2wTJOb+Ov5SW^Kg5J$a%NX<2Aa;l=jmQj)3))=K+w~YEV$!NM9c+sfV8^?cl1{@jFK$!2VE8<o&kr}A53c%Jk+DK)I>rjq`AdQBqZ1KTOo7b+;HBh;B@b3$!$UA)>_L0g<|?$uQ$}YFg4%ANDxfHE6$6Ur!L`X#BU?2faMKP2wPB^wuCz<&_jyl_^Qm4cEcG=#6Qdw_kny6OOsIQC`ezLqA)Q?e7}IagPJ95x-chiGVXQF=S|}UvfN-4BNgAUPqc02ZZ9_14Q<?%u3`Ge*4FE)f=@4DotoUt?lWH7Rh0l4e54n~`-p-fKNI=t8uyB{$1&qz2R;dkPNL6rQTr#M6b`17e5Gb@z<OpJt<SqHe(<P={&8Y&@3!{DXF6G~r^>Xv$Cq860>C`$6)KySL6-F+L#}5Zh!P^WoZf=bVZ`;K-gwGU0_%$V<vK1j0xrAk!Ffn6essqMRUUqeI@(-E@c5{=+z)**1s>uq41~DFWqO#pdFn$4Y@iSOX!E|MjdZw^3Rc6Vg!bshcS!(2J^yIn`+zf6ty=@_53qT9lJWElPo9$3pyiq3NYh&<;w=<o$P&%s{4#5SlL2cR2Lf#?nhnLKpf~Hw=6#%HIHc5xIxlnF85R{lK76QiftlDTzHJFkk0g8;}#SO=xzAGb`_J~Rj4vS6Z)`a2a<WG=r(iJhwY^&^+<qVjo2$_i81kUnQ2rW6td#^C+ld+JVno&DsfqwiDV#yIAZ8jZte9NcZEkZ})@2{S0B8pgnuqD2o)S-g@kHMIVN2g92=`TxupmYD??ntK!5(ww$U%&")).decode()
# [[[end]]]
# fmt: on
"""cfn/functions/runner.sh without its comments; a template has no room for more."""

CUT = "#job"
"""The line of a `Command` before which root reads, and behind which the user's shell does."""
FACTS = ("task", "run", "by", "due", "limit", "keep", "resent", "whole", "root")
"""What the runner is told of a run; its own text says what each is."""


def whole(command: str, facts: dict[str, str]) -> str:
    """What `sh` runs on a host, as root, for a task with this parameter `Command`.

    `facts` that are not given are empty. A command without a head was written by hand: all of it
    is the job, root's.
    """
    head, cut, steps = command.partition(f"\n{CUT}\n")
    if not (cut and head.startswith("# cron2aws ")):
        head, steps = "# cron2aws: a command that was written by hand", command
    mark = "JOB"
    if mark in steps:
        lines = steps.split("\n")
        while mark in lines:
            mark += "_"
    given = dict.fromkeys(FACTS, "") | facts | {"mark": mark}
    assigned = "".join(f"{name}={shlex.quote(value)}\n" for name, value in given.items())
    title, _, rest = head.partition("\n")
    return (
        f"{title}\nuser= pam= guard=\nstdin() {{ :; }}\n{rest}\n{assigned}"
        f"job() {{\ncat <<'{mark}'\n{steps}\n{mark}\n}}\n{RUNNER}"
    )
