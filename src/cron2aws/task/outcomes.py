"""cfn/functions/outcomes.txt, packed, as a template has no room.

How a host's part can end, two lines each: the outcome (of the first line, or Systems Manager's
status), what else must be said of it, the verdict, what it is; and what to do. Behind a blank line,
what is said besides: a mark of the first line, and the words.
"""

import bz2
from base64 import b85decode

# [[[cog
# import bz2
# from base64 import b85encode
# from pathlib import Path
# text = Path("cfn/functions/outcomes.txt").read_bytes()
# cog.outl(f'OUTCOMES_PACKED = "{b85encode(bz2.compress(text)).decode()}"')
# ]]]
OUTCOMES_PACKED = "LRx4!F+o`-Q(1%)<TC&S=HGw-5J2Z}GOs7zfIt7={$K__WqK+zV$7=1f(kTYp`ZW&Gynhq0K_Jy5EL?lKmY*s13+P+pa1|g00000kcl)#lAFX#CWLx`$N(B>VWFS^05kvq005C9WSE9iG)**_H1vSclM$vRd1&!F;yo;nalJ7NZT{NRA8RM($~u@q46+9snUX<eCr0|Py+9W>EV=CwVPx!&;?b{W0(6#Hr`%$GQH+|qO>@l22=q|xfwG($sQ@U^^o0-<iH=U50X;{DmKE2aAgsvOi-lysF=Ep7Z*3|HOcg4~IbksjH%%1%*o(Dw{Pks$#Jz-EId4y0CQV-Y?4(hpR%}%|<gij_0_hPX7F8`sL#9c9m|!@~pMy+V0mP8=(qf8ThfqX2HZD9ni;=3`^8F#5hQl!$6=pRV1r}UVoZC{VG8Y$Vg?P%UX+TD}h{W^Fu7Fbg<SVli*`0NT*m9hV1~=ml!YVMEZHer%sPju-3vR?VdDA|3(vuW3yi&|M<}T1HEaeXn1HsE2jwQF7wdo_$6Ne(DJ7+`FD-``(L~8YFIRTZ<dpdS=4v+n2>9B2|F@#=~vb$_!7&OW!Ep1mI+mt<h7n5n6ZDks@^>J3ZBp(i<>RIK1>v6JJl7c-Sf{yO018J0=`BXU+!61JdeHcJCL!R}Gg&P^aK7CEj&g`|T*@r}ZPm>*~aZWcd;uHjXmtV~Y<8%>YQzOWT)e>%S%BeKNKDeng>23p}qd^_8yiJjWMyu!BYJfQ2CfN-D%Wbq67`wPLe&8|iAd%Me``wsxNZ3O3liNCQN^ms{_dwm5)0_VW2|D_#58C)ovykx66XbMbL<k(El78ZJ<EYS#xbb*Uo_8sN$p>A%JhE`e!5MAX7}EB^<D52cn|!g7;Tu+TTLrOkFUs9-o98nF%`t~WB4-{V3Q%3kX%WSECNwV9Yd32^=H3Mtx(mRi8atXpXibYA*@gk6Q;5-#368PA2Yl}YXhl)Zo&%~Z&4$SOIicKWmt6|l&LODNXg9<I-j0YMiWvqrG&EAy1O%IDDU)vCk<GJHH-@>$dQ||ZwRPwI)IOgahNo>L6-6pV@HTipK4ce?GKSN~VuEd^CUYBgfly-fD8OzgFG3(1!A6{#rersz%0q6h#8sHMGZ#<_cUG=KF<@#q2g(&~uww2UZL<_ihCBE!jT$j6%uh9yvRnc1XlJ`Ime}zZmp>M7AnrFs0WV@(R^)IF+(A_i)f=u=N&>*W@AsZFU9@d#)KD&Im@iUr=L0R|n;Tds#2osUVo0^N*vtKxk)ik4NbG2&otoLlgDG%1Np24H63G*gF^w^gG9XkApy?$t8Te&}p3F+j9f026Ag7U^wQGRJ*aZ-@w072t-U_+%D}F`w@_w2tq72Ex#hhWJ(_*6K3Wn4kXgK&O<?YV={7K%7adee3mig%oQdYrWJJL^rV(qY;c$@|eb0JhYDmaR1RxXH97}nS-oB9hXus)8S4)|u=Gnfwg#I}&P*`Y-=W#&k->fSYUTPbK#=>s9p)!3S45(e&9X{#eeig?Xji$NDLv@wT60OWQlih&K0F~5ZY)oh{F<k1?X7>=o-knE-xPt+DPhHvgM@h}M6#!h~kkF@7evGOV-=2o1J)?sV~v;<5fes~eR4By`e7Dr8{@v)>l08edrwjr(;A`7CzK>@>G{Y8s-Z{&DvS?_B`^gL={xQO7_v4MPz=%4tzk}1N3gdm?Gm;"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
