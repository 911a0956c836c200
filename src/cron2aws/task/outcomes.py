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
OUTCOMES_PACKED = "LRx4!F+o`-Q&}|EY6<`Z(BFUn5J2Z}GOs7zfIt7={$K_@pIc_9T&}s<Nm7ui>j@;9r>W@lhBY)M0yN0LO*Fz_(?Vzj)YT6tHlPD0Kxw9ih8h|G00Te(000RHkV8^DDt?+IdQGGNXa}jMs9~X?001-q0001yCWHveWj|3(lO*&FC#jQ9K|K>^@z?nIN$H8|H?)jx{_Sl)3}5ujo@WR~GZU<YkY@>%`>3@MER{t(wC_<;%2V}M+sSZPlROsSF0u4m&1tBnFpz+!<hupFjl&ul01M|VT|+35(c9<~#QJ@6zPN-Jk~JEd0BX^r;jS7{5kZv{vM7gj8Y=SdstYYM-Mr>+4N&$>;f*rP(eTq%B8;XE%}S?REEJizw?NWwJ<2OBd0qn30k)A&VO-2)S=kh~m8P!LgOJe5xVNK#up1r?KiR%4G%_V5HKQRD1?qQ{my>LUQ6P7+z_i@Z%2GrdUEcA_3t|C=@{vs_OwO7@>^7SiSmC}M#8hBoZHrZ!htigvu5@OaGm7EFxkyI`l~p`(z178GSRQDeemLSU3zf+p=^jv<wj6fOXP#>m`0Ej?(WvAGS1Io0-NZRR^_&xFwt9>r^Q~3eV;I4vQ8v=mS_>Ah)Uh)rAu9Dm%)Q{Asz^1&Q69f%JJ};81wwj1*-y{QAZ;@%nFqwi^nv^{^lB!^@2b|Nn;FyS>fqeh``cBUH1x-Zv5nvdTZ3gZC5M~m^JV%rV^FYGJ6brjmPT;!ZKfCLg+$Y(&tN5&8VK;h@|%%_MyuCLRFdC#n&uWkcH3Z7V&5idx(fIZgmasCIV#Ap1(XI43Zt6%tcbQ1N%2&{6OGS!AVO{Mqqjp`(^?{v5;|RQg;pTm(A_-J;nB%d8Ik1lu{+sMLZt?&vFN3o!>0;v#3+=2H5Iv-zV>YtNWGnPS1O32u@I(fjaHYFoYM@jxep-$1c}0}Sdcfa$&Cx5wVm3?IJbdC<q_DW8a{>zuuY|2*sB1vD9mWO1jkLZ0p~e_F$<&kPeI)k-G?~%IYY?Cp1T*pnT7*Rfx{6mdN~M!C}bGe!J?P22o&2wvRlX~a_7aJOIe`!1%SA?`uFqi#5?-%3{B{eQiTcx=49%4_K+^bT@9yQRHcs`?QIRc0idsT6IM=GH(?enEj5m_MV3V4a)Gy3X%%K2wqoi5PU_XjMl20S0QthLji!yq4YpQ<Tr1U*<k4n@p#4hbDP#{O4D#O@ZQ@1a$HDNBcN?OTulTNusyqYi_JX<|3OaIEN)<yl)&I`Yy~URvC4(k2MfoNiz|1|Vv5jb-VsqTP(nbx8W`Cv##s8eFO87KqPcLgd-Ym;_I;GS;N>?OZCNZWo`jQ1;?hjE(A)YL$!@pwk4ynEQ2%dv~)$gFj*aeWdF!x@|4@$oLmLHON^}l75(1DlAQG8*ErqNd@R5qaVrN6SCKURD=_!GP_z0j$YxM#{5B(0=iJJL^bV(DQw?>8`Oi3*{~SgAs`l~gREF|BY_H|#8`!1+3OJM*F2hIznu&Lymt`?4se8NB3+H&*5}au8UPlm){@s%ohNc&v1@BMPb3Rw%&;;>OU%9xVa4a+s(P)e{^$P#n!vIlGod2}426Fk}(LCXZl|q%%(9z9lM<YvCs!JP)BbxY+h8Bh;+6Ix`DYt)L<(s(HvD!vZnuP{O4%sI%!L?C60yDZOrN4-^(nLm>qd*438Z%<Yzj4|`PdJS4$!5y7s;1n5BjV(v(%3K9mI?Lj~"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
