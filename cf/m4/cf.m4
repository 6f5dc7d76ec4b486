divert(-1)
changecom
dnl Entry point of the configuration tree:
dnl     m4 -D_CF_DIR_=DIR/ DIR/m4/cf.m4 x.mc >x.cf
dnl or, as first line of an .mc file, an inclusion of this file.  Reading it twice is harmless.
dnl Comments are off from here on: a number sign is an ordinary character, so that macros
dnl expand after it (rules are full of them).
ifdef(`_CF_DIR_', `',
	`ifdef(`__file__',
		`define(`_CF_HERE_', index(__file__, `m4/cf.m4'))define(`_CF_DIR_',
			ifelse(_CF_HERE_, -1, `../', `substr(__file__, 0, _CF_HERE_)'))',
		`define(`_CF_DIR_', `../')')')
ifdef(`_CF_TREE_LOADED_', `', `include(_CF_DIR_`'m4/cfhead.m4)')
divert(0)dnl
