divert(-1)
# The words that a site file may use, and every variable with its default.
#
# Build runs: m4 -DOS_FILE=... -DSITE_FILES=... devtools/M4/site.m4
# and reads the "NAME=value" lines that come out (devtools/bin/settings.sh). A variable that is not
# in the list at the end has no effect.

# APPENDDEF(`confX', `more') and PREPENDDEF: add words to what is there, with a blank between.
define(`APPENDDEF', `define(`$1', ifdef(`$1', `defn(`$1')` '')`$2')')
define(`PREPENDDEF', `define(`$1', `$2'ifdef(`$1', `` 'defn(`$1')'))')

# Text for a makefile section has no place to go: there is no makefile. It is dropped, and said so.
define(`PUSHDIVERT', `define(`smDIVERTED', `yes')')
define(`POPDIVERT', `')

# Defaults that an OS or site file may change. ---------------------------------------------------
define(`confCC', `')
define(`confLIBSEARCH', `db bind resolv 44bsd cdb lmdb')
define(`confLIBSEARCHPATH', `/lib /usr/lib /usr/shlib')
define(`confBLDVARIANT', `OPTIMIZED')

define(`confMBINDIR', `/usr/sbin')
define(`confMBINOWN', `root')
define(`confMBINGRP', `bin')
define(`confMBINMODE', `550')
define(`confSBINDIR', `/usr/sbin')
define(`confSBINOWN', `root')
define(`confSBINGRP', `bin')
define(`confSBINMODE', `4555')
define(`confGBINOWN', `root')
define(`confGBINGRP', `smmsp')
define(`confGBINMODE', `2555')
define(`confUBINDIR', `/usr/bin')
define(`confUBINOWN', `bin')
define(`confUBINGRP', `bin')
define(`confUBINMODE', `555')
define(`confEBINDIR', `/usr/libexec')
define(`confMSPQOWN', `smmsp')
define(`confMSP_QUEUE_DIR', `/var/spool/clientmqueue')
define(`confMSP_STFILE', `sm-client.st')
define(`confMTA_QUEUE_DIR', `/var/spool/mqueue')
define(`confHFDIR', `/etc/mail')
define(`confHFFILE', `helpfile')
define(`confSTDIR', `/etc/mail')
define(`confSTFILE', `statistics')
define(`confSTMODE', `0600')
define(`confLINKS', `newaliases mailq hoststat purgestat')
define(`confMTA_LINKS', `')
define(`confLN', `ln')
define(`confLNOPTS', `-f -s')
define(`confINSTALL', `install')
define(`confMANROOTMAN', `/usr/share/man/man')
define(`confMANOWN', `bin')
define(`confMANGRP', `bin')
define(`confMANMODE', `444')
define(`confMAN1EXT', `1')
define(`confMAN5EXT', `5')
define(`confMAN8EXT', `8')
define(`confSTRIP', `strip')
define(`confSTRIPOPTS', `')

# The operating system, then the site. -------------------------------------------------------------
include(OS_FILE)
SITE_FILES

# Manual pages are installed as source: confMANROOTMAN, or confMANROOT where a site gives only that.
ifdef(`confMANROOT', `ifelse(index(defn(`confMANROOT'), `cat'), `-1',
    `define(`confMANROOTMAN', defn(`confMANROOT'))')')
ifdef(`confMAN1', `', `define(`confMAN1', defn(`confMANROOTMAN')`1')')
ifdef(`confMAN5', `', `define(`confMAN5', defn(`confMANROOTMAN')`5')')
ifdef(`confMAN8', `', `define(`confMAN8', defn(`confMANROOTMAN')`8')')

# What comes out. smVALUE: words, on one line; smFLAG: 1 if defined, whatever its value. ----------
define(`smNEWLINE', `
')
define(`smVALUE', ``$1'=ifdef(`$1', `translit(defn(`$1'), smNEWLINE, ` ')')
')
define(`smFLAG', ``$1'=ifdef(`$1', `1')
')
define(`smEACH', `ifelse(`$2', `', `', `$1(`$2')smEACH(`$1', shift(shift($@)))')')
define(`smPROGRAMS', `ifelse(`$1', `', `',
    `smEACH(`smVALUE', `conf_$1_ENVDEF', `conf_$1_LIBS', `conf_$1_LIB_POST')smPROGRAMS(shift($@))')')
changecom
divert(0)dnl
smEACH(`smVALUE', `confCC', `confCCOPTS', `confOPTIMIZE', `confLDOPTS', `confENVDEF', `confMAPDEF',
    `confLIBS', `confINCDIRS', `confLIBDIRS', `confLIBSEARCH', `confLIBSEARCHPATH',
    `confBLDVARIANT')dnl
smPROGRAMS(`sendmail', `makemap', `editmap', `praliases', `mailstats', `vacation', `smrsh',
    `mail_local', `rmail', `libmilter', `libsm', `libsmdb', `libsmutil')dnl
smEACH(`smVALUE', `confMBINDIR', `confMBINOWN', `confMBINGRP', `confMBINMODE',
    `confSBINDIR', `confSBINOWN', `confSBINGRP', `confSBINMODE',
    `confGBINOWN', `confGBINGRP', `confGBINMODE',
    `confUBINDIR', `confUBINOWN', `confUBINGRP', `confUBINMODE', `confEBINDIR',
    `confMSPQOWN', `confMSP_QUEUE_DIR', `confMSP_STFILE', `confMTA_QUEUE_DIR',
    `confHFDIR', `confHFFILE', `confSTDIR', `confSTFILE', `confSTMODE',
    `confLINKS', `confMTA_LINKS', `confLN', `confLNOPTS', `confINSTALL',
    `confMAN1', `confMAN5', `confMAN8', `confMAN1EXT', `confMAN5EXT', `confMAN8EXT',
    `confMANOWN', `confMANGRP', `confMANMODE', `confSTRIP', `confSTRIPOPTS', `confINST_DEP')dnl
smEACH(`smFLAG', `confNO_HELPFILE_INSTALL', `confNO_STATISTICS_INSTALL', `confNO_MAN_INSTALL',
    `confFORCE_RMAIL', `confSETUSERID_INSTALL', `smDIVERTED')dnl
