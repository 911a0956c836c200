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
OUTCOMES_PACKED = "LRx4!F+o`-Q(2No+{gd~hu?qz5J2Z}I<F?)fIt7={!j(m+&WvV-QBEna@{R)9ibvb$k8X2Jex{-O{8g%4FEk)P!b@MK{O&VhJXR1A)%1aNvRPuYI;GYqXgQT02&$wjSMt2000Jn0000IButtJYI;mlYI=d8r>Fo1jbD9!A8N1W7340JNUyz`cv}nXOkGBFQaDvrEsmEivGjt~6_+IshS}Ooi!%R@;x_i=JKJ~W<=o;7dt;3wCv0Z8;XpIo>PX+K+?Sr10&aRss9Qx0pWG%nJ8h0^BNRs?RVfCqZEUuU8FMO2s)KhGe+-2_wORhZzSpL>)(VB*H^w-4<22>6m^oP{T=Z5+-NwgRPzJHOx^mBUU?|bJBNDY1G)kX%Cd@{Q^Ot6ocdWFQAHJ=boeSp3+cG@|TE1@kcbZP|W7Xf=g)_28JNQ=`dGQmxA)8mo*JdqoesHRg`ej!7LDYpMjBT-GRD+UN+HtEkNXseVm5Onp6l<<o+9pxJ`X$}JJxnPZ<2HB1Izq!C&6=I{Q<F4ktG$k@s+mT&vy)Ch=6q8)v7SN|J$mJ=q9P44W>?8f$Ss#0Jgtnzg+lhdSg4tzLGSKH;%o7d((`n*4s81<^6n~=q{yInmtr7&_2$$j;m=i_#Ty#CUcMU}x}I8QvSql(xq98`I~*D+mSN)kdCYlENsYAGGCc@chHMPVq}HOtPbieza(L_nP~9ZzErsGX3?QG4LQ8p^T8fA)*w9=tTeR)Xfp>uk2D7Jwoy>|7l9cHXcE;NUTEccLu-^+NUCd!Mb$n`i9uGT|Q-@k7OhM_mZhyqP^;8VW{Jp!C=-E&%0zJ3(_-NsgkZZqs(uN@Qd?a{hCB_ZQeHPH#xtQ+1W7F9)Bl4R~5-`9)B?8r75Ew24V7WP}!9d(i5$1$(B-tC`B-#S*kbtEEF&Zi)H!Zs41ZR*V0KBVQQ_OWmEZ1avTful<VTx|sH3%s-vTzO36hk2>Vv39{Hj;}mNL;$+7TwRxo@u)F9ifbsOFr#?o%jc;z3poW1Xz(Eo+X{f$B_c<MN({c)leGqzA?vdLddIYO;H{esS=GOYMvF@*~<qLNfTa7qGI8JRaBvksA}0R1ayK^XlUNZWzk!X7TUu0+7^R36<8%;b|B8&=`OfcPOe^;im5JBYeTs${@*;|)jfJ7Q56n2s)`lCmoN16r8X5?b}EJpW+CEEl)0C5RAz(M8}^;S43tF9NM!f%;d$v{jj^se>gh~&18W<@zE!zldqhM=ZyK13pmQZMA68wTqj4o$lY9FFXm9bQHfBJ;ERodLh4ot7&ac;TheCXMu2OI@l(gKS9K_RM5|SV!I9T#jmpWm)kp}?6k_j?P9T`-VpA9QsNhjc#yl6Mv;e%X|OpxY@hbX3$Oe&aTTUj#R#Z#)c_A)W&r4J4bF$P+T@r0bmI3$)DOk!dU9n*1nbP!;zUxbE3GicSq2JM2vDQLA6>9*y7Ss>AkgBtE>EOscmP!WP6>vEC}M`YHnr4f2i($zG`BVa_$!7-#WE{9Sk0dFKmo|~TW#*R%LC8{1pvEmDcQdxjd$~!l};;@_=GSU}L^R0DPQ$iQ3IoawzN)@#Qh$N4VDk;D3LykrV23s0>YOpU*riOK(U!sTpF64@Ep&=xZxsU"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
