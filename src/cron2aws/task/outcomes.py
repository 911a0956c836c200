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
OUTCOMES_PACKED = "LRx4!F+o`-Q(3ZMAsGM!@n3)d5J2Z}GOs7zfIt7={$K`OpG9hY#yia6%+yh9S`1QZX{I5x5Df!B0009JngkP4W}wIb05lo_hK7Iu0MGyc00KgR36i7nJyC=q=`aKVntFpJ8iox)rXiz7hCzfh$TSHN6F`QAJv3<^lhgsA&>A#j*Pr%(5`AqtjqM{Ff74q}eXIVm?*_1pv>fv@B!aA+Tk69WCkEx0J>o7doss-rHtEPtlCFvQ47B{4HEVA+(?cX9+M&Z_Zl@v@lz<gA)?FYi6db#}0-Dbc##Y&YL241RM+&q6(Th^smG!YK6)ea(VKEFjCW?1lj5W6W^j51f_Yr_K(bcA+%S&9d7D3Sp1;e_1O#_rLAvg$>tAf;oduo^oh69Zm_yU<1fO8}~_RLXC!MJFcjIlXrVvTP}x9#PgCc{x$r-kyFVbcZ0DBRy-sWc0WG>FA$tfpv4+c6oQdNvRWU%t%0C@wh5C|04g*s`{~A;gM>hBnxqYYKy~n|L9*P~GQUIpbOhiW%h;yB_rMmVtR^2zCHFx7T&T^J%kQGCRU)u;Z&b9ynH`<(x)uCZmuUPIJSb9zo6hnW}9z&Z7vtX_~ED7{&q=42Blciz^|uurxk(q7)9O;vu9v-6}7V2VLUcQGPQ&xSQufV2>Bzqvg)vZ8GX{n+L4BG=cQL#e^ovbmFwBb7MI0>(<>X^4qaw%=t&W^)b7^?Qm$RB^?I8kAKmW+oKwVdbsA%t)MhqBgwXyW6c#4PK&0%N|lWSc41r15oAWG*D9(cxK`6V1<+x(*cKSK(VFgp-r@-zD}QsTW=oOM1q$9n(>dsr(9AKsS|M5CcLW5Ty;g_oe5c*WcxVagbz?*b9a70X?3*r>)*%Q-RU6^7LRvv_10)!#a$*dOhfgpPKN3JGC}KkEQmRLd_D*Pg%nZi}iO^e8>1d31ENi|Brw#%NC@t1<BZBQrXkCh{6{@&$Zo-Sz1=>+Yjo2p8n@Zl9W`Mj?fYD(Ij&#fil`;fiizBT($7EN74e{=D6U4%Mt}S~q3&xuRI=~&s+#&=>$QancqE^5lCAK9(jp7n+->sZh%1HGEz*t)QxPLle9XVbY93>!`B}yrgi>cq}AuiM^LPb+^1mA4T=s9$OU}F?0z;22RP>2T5QKvSsnGM7<kdk<UL%^bhg(27g>K+U<BNc|DfO$fdV_?y^<879qFc$OZxwKuOYFc_07HMdQqeDGdjH_j&UHrS5tbx)Sl0cs#e9NgFf$Y%=$akpf#aSo{hELDdznxd^U2)=F8Z^yUkyz^nW$R6hYgGIbr!~<eUdAz*c{C#j_1$qr(W27s(Ve`Rc0lG=P<>QR<WfP5X^lRjAXf)4^OHgu-pZP~Xj*{ko8h?%n@%29wqqM$7a?kB_G0TU<&F8Qyo&Viem7O224K>n#jMh4v{JHyk+lP~th&^4^jkf>gmFc3a+I=GcHIT(Dlk<JDJP0z^H3u!j7AM@AekIQ)?!6Ql*|+)hBbvrmi81TYCX<fPBxLz!D~P|^oeIBUmKJt!w(Wghf29@ok}u_<qmKaBaT}XQIbGQ2O8A|y$o`Lf-FH8K_U>*-q0HyRJ9;OG)rsSKsqecIy@IfNk$`jV8}Jg3QN!^G=^u)uX!~DVc8M4)nWD%lZ}sJksV53W3iT5rB;B6sUM=k8aP8wD+d=xUFQ+Gq&xsmUAVqsuoqDU(P1JA6Hc~PtFwMbZF4MsjZxh0lEq>pgI){@>}x`P1>BKN6eKK|NJc;"
# [[[end]]]
OUTCOMES = bz2.decompress(b85decode(OUTCOMES_PACKED)).decode()
