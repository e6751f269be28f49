# Makes Debian's changelog of CHANGELOG.md: a section "## 1.2.3 - 2026-01-31" becomes an entry; "Unreleased" belongs to `version` and `day`.
# usage: awk -v version=… -v day=… -v maintainer=… -f changelog.awk CHANGELOG.md

function end_item(   words, count, i, line, lead) {
    if (item == "") return
    count = split(item, words, " ")
    line = "  *"
    for (i = 1; i <= count; i++) {
        if (length(line) + 1 + length(words[i]) > 78) {
            print line
            line = "   "
        }
        line = line " " words[i]
    }
    print line
    item = ""
}

function end_entry(   command, when) {
    end_item()
    if (entry == "") return
    command = "LC_ALL=C date -u -R -d " entry_day
    command | getline when
    close(command)
    print "\n -- " maintainer "  " when "\n"
    entry = ""
}

/^## / {
    name = $2
    gsub(/[][]/, "", name)
    found = match($0, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/)
    date = found ? substr($0, RSTART, RLENGTH) : day
    if (name == "Unreleased") name = version
    # What is not released yet goes into the entry of the version that it is built as.
    if (name == entry) { end_item(); next }
    end_entry()
    entry = name
    entry_day = date
    print "tachograph (" name ") unstable; urgency=medium\n"
    next
}
entry == "" { next }
/^### / { end_item(); next }
/^- / { end_item(); item = substr($0, 3) }
/^  / { item = item " " substr($0, 3) }
/^$/ { end_item() }
{ gsub(/\*\*|`/, "", item) }
END { end_entry() }
