# Shared by record and run.sh: the place that the dialogues are played in.

variants="main options strict bare opta optc optd optf optm optp opty bits0 bits56 bits128"
ports="smtps auth noauth notls"

# make_place: maps, certificates and accounts in $dir; $makemap must be set.
make_place() {
    mkdir "$dir/mqueue" "$dir/mail" "$dir/forward" "$dir/bin" "$dir/hoststat" "$dir/sasl"
    chmod 700 "$dir/mqueue"
    cp "$smtp"/maps/* "$dir"
    cat "$here/access" >>"$dir/access"
    printf '#!/bin/sh\ncat >/dev/null\n' >"$dir/bin/deliver"
    chmod 755 "$dir/bin/deliver"
    sh "$smtp/../../util/make_certs.sh" "$dir/certs" || fail "make_certs.sh"
    cat >"$dir/sasl/Sendmail.conf" <<CONF
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: $dir/sasl/sasldb2
CONF
    for account in alice:secret1 bob:secret2; do
        printf %s "${account#*:}" |
            "$saslpasswd" -a Sendmail -p -c -f "$dir/sasl/sasldb2" -u sandbox.test "${account%%:*}" ||
            fail "saslpasswd2"
    done
    chmod 600 "$dir/sasl/sasldb2"
    port=$(free_port)
    for name in $ports; do
        eval "PORT_$name=\$(free_port); export PORT_$name"
    done
    CERTDIR=$dir/certs
    export CERTDIR
}

# make_cf VARIANT TREE: $dir/VARIANT.cf by a cf tree.
make_cf() {
    awk -v common="$here/common.mc" -v lines="$here/variants/$1.mc" '
        /^LOCAL_CONFIG/ { while ((getline l < common) > 0) print l
                          while ((getline l < lines) > 0) print l }
        !/confAUTH_MECHANISMS|^TRUST_AUTH_MECH|confPRIVACY_FLAGS|tls_session_features/' "$smtp/sandbox.mc" |
        sed \
        -e "s,@DIR@,$dir,g; s,@PORT@,$port,g; s,@SINKPORT@,9,g; s,@LOGLEVEL@,14,g" \
        -e "s,@PLUG@,$plugins,g; s,@DELIVERY@,q,g; s,@DEFUSER@,nobody,g" \
        -e "s,@SMTPS@,$PORT_smtps,; s,@AUTH@,$PORT_auth,; s,@NOAUTH@,$PORT_noauth,; s,@NOTLS@,$PORT_notls," \
        >"$dir/$1.mc"
    m4 -D_CF_DIR_="$2/" "$2/m4/cf.m4" "$dir/$1.mc" >"$dir/$1.cf" || fail "m4 $1"
    chmod 644 "$dir/$1.cf"
}

# play VARIANT: the replies of the daemon on $port to the dialogues of a variant.
play() {
    python3 "$smtp/smtp_diff.py" -1 -j 6 "127.0.0.1:$port" "$dir/dialogues/$1"
}

# Which dialogue belongs to which variant: the comment "# variant: NAME" in it, else main.
sort_dialogues() {
    for name in $variants; do mkdir -p "$dir/dialogues/$name"; done
    for file in "$here"/dialogues/*.smtp "$smtp"/dialogues/*.smtp; do
        number=${file##*/}
        case $file in
            */smtp/dialogues/*) case $number in
                05[5-9]-* | 06?-* | 07[0-3]-*) ;;
                *) continue ;;
            esac ;;
        esac
        name=$(sed -n 's/^# variant: //p' "$file")
        cp "$file" "$dir/dialogues/${name:-main}"
    done
}
