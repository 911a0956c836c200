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
OUTCOMES_PACKED = "LRx4!F+o`-Q(4V)=S~0xAYXt05J2Z}GOs7zfIt7={$K`uowWq{?U%XTQ{LxL2^tusJrhTyHl`t_fB*mh1|c*ADWN?;&;S5v02qx#O(&`9XnKtr000^^G65!}AX8~Jl^%%6kjP;enqxyy!$Uv-0B8UJ00ANrXcB3rBPNvgi8Rpl4FJ<=GxY26J@sAquK{<?)<u8TZ(h8w@=To$R8nGwhc;x8Rg;GLFvW-%H!QjF5pi_vkKXaWUP5*8X12-e$ZFQ6Y}ev#tQjF5)ehMl1SclSND1FJwGdjY&?!~Y1KS#PZCQpuAXvl<HxwE$M?{KE-rkz;p%#Z4P?nTsd(qJ<`0v&mR-67hYgL(hj8Or$omyI=%T~E&EQ_KP3x{<3%od4_j9wH1Ip`Jf&k0&I8D4{qRc<CVcn36+A-iTKS)GSSK)W_@JRJiBZn_@7lr?d{(2a__8w!ONT&YfNxm1}8mKtGVX<I7Hk~hpoXPz+W0Hyn=TZSik+RP#V*|rn{n#&Et7ZfQZiB~l)I|;XX8?6o=cGo;@NfARm5lgV@nCi>WUaaK~zz2T0?i|Q%Hj(qQDPY*xJ>C@)sp!&Rv(qiCO<OXWpi6OHUcI~rSL&RiFjVjmspz({_fZiBC5qom%Wn;Lqs7*AIzvp>%M@hSuBw*sN9Vv?3O}t+u4f6{OcC^dx{uSY0NQ31%Btb_lc*v3<Me2NY=>S8w!##G7iXf%O@nxSqU0l`n$Cn2PDIk0BrsGBO$_?Khq*7u2+EoY<ayY3unnhWIx7&%#Y$67R;V144FnFDRih+X5Y+v<DM|xMv}JI?1>0?)u*JqRgIVGO^dLyzSbUw#C1pw!Un;LPb=peU&@=9!<eBBe-XWCd*=wB>l}-{wxM59(_%uX;jbSO+P5HM?2twi2M+j{7%SbN-V~YlNrXa}3eA0m=E=UC=>_}Z|M?94c44BUelo?GS)<f$tTXvWO2XGKXUttY2(IAxq;<AWFi;`nP;Hh4zU>lpTp?Sogk!egjnFWMdG3Kl=2O*W%FwR0Fp50JAD?}qCT^y6tcSX3c-ybJQJj|!A26`u8Xfa4~#R2-msS1#=lp>56O4<Yjw!kQ+^9eh*_A|gX)QxOd0daP9<NsD6>CQtFgn}kXQi{yU*!J=u4-{P(W-50yCmU*J!;YXV3}S^C4a$QQA_24%X^dKHQ5{Ysgp{^OmMGvMM<NIkoU-BtB*4mQ2il8EstG%Wl}uQy!y5S6)rLq1DT>GGGn&b?9hfJdLXzq@spRAHO@t6ShUAbZ+@1@)9K++e3g~#Q`FX3Q0f6j$eiu4ke;F+2%*q=vIZv^AZ$fG5iY(PWfa}eAfU#}1Gf#GbWd3#}^=QIfjjZX-m}U-TcZbbH?kv@)7{-{##E2CKQ1T{-XR|D9^zAP|)q%L-&`LKPeeZonHqaOeY-sr31&=j;J<A`dTl`<c1yVrEnbKFam<={5DkM{P4N7w%rzIXgb@koMj|5vsDN7}5e&{g(rV7E}0P{>-C?ib_#tm*DnH)sJgi8W#Qb8m%)>bB4Hk3@*ea>Bv2ro_x-T~J511N%@W(DY`h<AvEcK2Lp*t;z<EjrL=4mxv;Oo9uv+kDcs#J@|;p`b%#SR)T30Nm#*7NDb8RylH%8`eq<?&b)^C}|thLm=#y6)&_XV41I(Z(_(sT;ex;F&_hTz}WT^2>TO;!-Fic0-7O$X@n5`tRq<&eR|17HM4FR*40NWf^=J(CRY~)h-i?}ky1dA=I`p7wN$?jSd?{Z2Jkt|Sg1re8tBkg!&xK$7ji{7P>{`Z=S~"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
