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
OUTCOMES_PACKED = "LRx4!F+o`-Q(5|-`gs5Z^xuF05J2Z}GOs7zfIt7={$K`OpH)?AC37%EAOQv?O+7;p+6Vvu0004|lT8y5GL1bz&;S5>fCCK;0004?00004g)~IdQBP^AeyRCKsXtU~qY0xUXvIAYG&BGJ27mwn01_c4fQ<>Fc|_WqQ$Y0wfEhCH+5aCoJa0V)`lMrT{cEaxFJ278$kq^L;O1(ikYwq4`Y5Ep6ibm#dYP`Fp=BxWM#Ei!fhJd&Vl4hFD<z$tcCtDGnihi8YA;loZ~<%KwK#ynD01-m1#muJ#<$~;L3$&O?iHv5b}P;p-F(6lpvG!M5ks>m#H&Z@<P=%q@wF)$ye=y++O?;Q#mru~<f0Tbri_V~J1Y_l%&9=Agc(g1EJl(l1G0gYmKh{#a|ElPgXrxOgu%>cn2j?#?q-e;dB66}ayXimvUx(pxa%X7W18TGF5u-wb~I^BykZbxR%*U>S`Z7vbc}eyTrZ9=RR+<qV79tJ90^caHro@)T}iPLd(67X)d#-W()hbY9~O<uHr=SKChG(vU;}@1POD5KSk<pcjPEiz*qE10=6YRPUim^Xc(o2dWw%a!y?cYT`7>15H|Yj2i@MttQ)3vxrb!!PN_GskgU6cg+GdxsXvMFFikCEl<GfqSKDwTI8|~Oy6F(XBQ{~ejZ8Iw4Y=gYVQb7NF{8&J2j<~JYFxbvKIUQ_uf0pmbZDzi??>m_D1Dmnfs>M1Q@_YZrR_?|%7HbDajtwQ6(jG0e!u~L&H05dol3}2SOe)cmEQo4;o)n}5O0;Egzzeq9L1BxoY}bGn_>f57SogXv<|APW#GNN@iA@Z{E)i(;W;f*j!G+cSIMn-RM?7T{QA3-pp;?GJxss*qn(vg;As9zh8-x@>U;w;<j;;)^OoK*4=a>l{5=J!AP{|8$C7slb)|}AeFf$wB(LJoGR+=?D6Bv5pDBH9_Wd*@!A~|ZBV-#tAYL-`}fZW~17f3EelxX168$xVX{bkq&5Tik&;u9S2s1Hie5t1&CVtS6~w^kh^?sSKll=<MVi!=;In?bFh4>WT@0wiP%Y-nhe#0Uv(fKg565_9Rno<YW>dn^FBxOwl_xBHlVeew*<WgwX)N-IM*W7jeT-4{b?+k&LB+e|Rj<Iph`XJpk8y6a1#g`Fm^!e+68cT}<)cBw)g7pOAzXa${Gl}JV_jYk0Ug{ig-Tn8I$y@`-tj*GRU3`<h;*s@y^&>oEqbjmWD9ieyS*_y--p}8ap`IF$hQP@5^g1R0mKTQ@%K)7vueJiq;@rKu5S%A@|YP`yhpv?QzV{26TgRYC(k~3|#GjIOHjgRMY$F-vp?Zuwn%)>BqE5tul6Uh}I#x&C(QXp6dygkIx4E1G=z8jaIb_V=CpsSJB=X>fgwgG|`%^w@!vFxwcn#cYtr+4XssUT&{=vTFxO)-i}i4={f9pp6jDDU-OUR{XtMYM91vR1d}1}Q3FtR6`xnqu&vjWjbDHOPWwaT6TkQB5ksq=HCeS=gCxa*3M`?p=>4FHQ^I0oO=ND1x612_>TL@er=&ow0ILC16VD0dVEN1k*4`8_YA>?2N3lw)RGd$PuF(Ll}2p8ypl`U?9yAZM~8QMUsP~xq>lD8b?IX$T&+1m&hn-4A<UU)UYEi(Hy-oA5)aWW7$k2=uR6R46?`yXb4OqAG*Rdk(&9zCQWU}4C{)uO(89u_HNRuXg&y5Y8Vh$ntEMco!j#{Y$*Mj!+1SbmntGSHO+x)>NTQ%1>BKN6eK>U{+>V"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
