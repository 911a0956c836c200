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
OUTCOMES_PACKED = "LRx4!F+o`-Q(0_Nih%$GvEP6I5J2Z}GOs4yfIt7={!j)Q#`bfzW~}bq>btiqvEALcNRUa5LrQ)?lhhh|O$LFXpu$8Tf@K<0^wkejPg6|*8UsxMAtED2sNSjRlw`y`LFxvL14pP}00006gFqSqpb{YzGKOk0PYQYn$Y{u924lxxhkT#Q&SQDV#^2qn=PTRt%pNA#MmxzPY;~fveW1SKUbv`yHqLjKxkEoU&t{m8L%Pmc8%6&(+Yz2`o%dHmU%ROzZeGN^y8!E_Np%ZYq0Rl_Tps`9Z1bQ&iX)M#lp|-q7~2Uz?TB)qy;K}Ht9&#^glDJq<BV;1(5+WZ<>vS@_s)t%8B86GWmBxx%1p?!plLUbN?y%)V*>R7i;jS-4D>86iNEIdwdM?liHvaHq`)~}GpF|U-&2#JYY$AyW(Qh73tBwqgzb9|$5^?pDV0=_#?@P2&uGzuy!U2#fp3iF3ZQ$Gs~jNKLXkm@wk<`<4vA{xIMJIWYhP>%a-m(brSP+^Sj5Zg5+6jl>1_;a8sl3%(GIXi8pjQ0am8Amn&LG*ZATz7pQlXv14rV`iL}=-gfFi}GT6p2X_Q9!r8|b3_whX&OxorVmUiN%Zb&{|g3OxnvHif#SrURgpWR1?uAtb;&MF;BVvs)DyqbjB4ty5c6>Mh>IO}e7@XKo0&An5X7B{F4w+@ABEW^d_?`Ar5F{o--9jzWllE~Q}rrKeT2&pmB-Ix-^qXIjytH!9ZA*uhfN>W=@qf7<RVYb*77`tlCyU<^e5RKNuld*P82<j>=gokAFWR%F(vDy~w#m|7k%ct3jpGnov5{am%I9tNA5O%CLFXC3qa-cH<#oDCw!A%Q_4*gv^?r`G4yG+(qF$b3TY~wci<s+PEx7B8h*QCdGt*_DVnPc>r*7!vj;vkg**tA3jD`?m)YL;m(8Bn6`i1ZYrM)nD?O^W@p>;nj<!J`lp9J0g*Y2paHE=MHnJCRN7GmiH(JR{j+_-4U@roi2$>W-oyMg~B}#tjm=N))!xsHXJ^I{9>Gb=IVP0^nd=diMW2bO&zy;h@<m1j!_YVqoljc#tj#%!bppl}TyF*S_b6$Qc!DWYrPY#Ue$CO;?;@UgTv_AlsUxiK{wnwM+pnrj<kx#bJ=(4~!E`Z8UZqHtjQoZu+jR7ieAs`W6iZkUW?(yJTgXyo;|+r?x@bH$^31;<{G^a}Ml*T!*Pg3>C>jpkv4XJgB>ht(yvl3}u)4R62o~_a??Qx_*h*(tAXVwlSL_8Gcz<rP$GVchb%KnS24vn*+&2<cgHWG{&C7AXg3{z?vbR46)1EsLe^)H?N#UWNZK98;ocRp>%8Ai<$XWJ9RVhE6e6~Qv?jYl#ANTO*V<Bkx1Hs-c}yv8@Oi2R?<2{8_1=Uw&=`KRK!>~B%Vo&b%JG)v4dI=svJbxVnt0Um?}tPT3DHHl8KuS+U3~qi5)mGhzI1-ZXXm$EG+L43s*Ga*>n(GqpSu4bCIhg4d}Gq?lWav($F%5c(JrGhhqTOu|*{T1?Y-flz_~=L7TX$Gm07xgu#$UFjT!kLr7;Q65a&ZL8Ek<doDhbXyaqdsE%b}m|1E{m;_Bo`!|T*MtZUgwZA-TT&q;jh3TB?^dDp^H3ftcN3AL;zwx&D%N=b?xw<07LLtD{1_g3~`HQ(CoG3^(DaAm5"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
