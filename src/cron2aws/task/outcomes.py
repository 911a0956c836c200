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
OUTCOMES_PACKED = "LRx4!F+o`-Q(4ppf0+OUE?<BE5J2Z}GOs7zfIt7={$K`~uGDKjB_foSQBf<H!$Uv-0B8UJ00E#)G!U92KmY&+fB}e2Lsar=4K&cvpa2>g0|bOfO$vFUB4?^UQ1w6n0|+qC&;S4$00000NRT5!O`)l#B_FA&wF4tSF+D8nyWo2>eo?jru(90)m%2DNgvPWbS}$P13NTDFGbDntO<Pk6+CZtevdxS|)m2c)>#StUcuIaKk%_GH7(_@~5|?<rNyr&&HdL_47<&{OkP0w-Au||K^a<4J0x}I>H`$HAFtP&-cT*Zbj%-bfi{;OE9R%DSG=nKaE4XuHynHtzsTlleoX*a)6_J61U5*tdAnz0;LPI4o2Eu}=*A;?+nAF9h0LPwzKb-K%qk)yc+k!4-E75^kPC=7nv$`Un(hL%!TBCnJsSHm-&*a7EG8YYj9T1>Q8&LC<wWcI;cL$wO*y{3}9Nox<HfFQytyIhdb=)x-Ar>=;K+FaSfRGZsm^MJ=g$hX`RmQ^OK{n@x%7!mEUz)g5L{QF#l@Mxn)n$;R(MZP#1A2DbD>zG~%(>AkHBf7TTdLj}(D9<dPo7%Pw>oM$0hP4v)0V-}{8_;<p}+bJVHb+ruG<*K4Kj(xOI5`f=?9Mm*zFB7JSv(oYtuC~#1Z=P7b0i(nf1BKT9Se=`N#01<KDp9WvAsi*gfR51V2nZZ4eER=gn(Et&HclLvtMI@ip*SGd|JzuU0%VV0LzMSfbsHd|zMHm$uAmEe764c8*N}s^1=sw8Jk<RGM_SAaqn{Ank?XZblIeOWSnRkQq*qje@8w+ie8~Eu!#eEr5RF2_0`Qx!HzHqhSlmPV=UzO-%zoIJdqG(><TSVVckE((AQvb;^-fEOnaW78*h4lx|-{wAX^78oB*E>Q8H_p=u+(9)6m*WM++daSip!wVRFmLuWa*z4emm9G2BwMa6b2mg8AN;PU)vLH+|8I>IJpl0hW`*<lcmEYnP4hL@7Ho-Je>H-SaoCG-@dN1I4(3AC~GOf&<i)MPYSAu-E-XdY9^2*nmhl6j8Erp!3U<mQvPjJwra24olwHX}Mf9nru<NTHBpV?#wQKtQJ20?Thuqo*Cr<{lG}){3B5Tf6Vur_#3%cUc9@BnXs=DI$3nbUqg#4ydv(5S@1_C4Doka6CAM0-f-hvTcQ~5n|HQSo4}JvL}m_hTUAWhh{De#nBK`y0vl<ivv-_A1G3`*fDH4ZL*Rg!AyCz!J@1KHAttLvc)T*-J!1f5ti8T7qf3$IFN(5-4q3U%JN>6bPruntcQZ}le)4{6bzp~X`AM~YTDhnsxH$wFOhNF8K>5p8(b6Y4*Rco3r5>xH~iWKi}_HI=+Rj^9t`c#mAE-cc!$YEwJ6ml3}a0(>_iG-+&sxlhI|=APj>Rt2B;0kF2Yf%xBqKqF}8rHmW>{^s>7nT+!h~FeSMF{O6Y?#HMFzF7!5Isi<BzO#;H1xW#pr;-E8&fM>JC>B&5kK?ZONICc#iSfIU+em4x5C)L_=cDu*Rbl96l+%IJj=rnSLT+03%51I^RH>V|gVo^T!YfNqet=*Z5?XpcD}&E2<+9TwFrid`UPjd$)%GN6X;7t+j(Xs=E5Mo7dFlN&=CI<y9c<rI_z7erG}DInspP;quDj1r6&RM5zJDTUM6EMS?#xsS-g5xdtW-Y_1<vVpPar3m&VT@Fm5#0j)R1k(r^XrLnZ2w8rY5Fs2fn#LxO@Ci3^-Mv_bs9YiuA`x*UfZ`szB+MyG_-C|0(u}1ejoN}DBZFO<3ce=`C;l$vig2MJs1E-!"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
