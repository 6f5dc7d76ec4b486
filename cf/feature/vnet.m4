divert(-1)
dnl hosts of IBM VNET: user@node.vnet
LOCAL_CONFIG
CAvnet.ibm.com vnet rscs ipnet
