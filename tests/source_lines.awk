# source_lines.awk - print every line of C as "file:line:code", with comments and the insides of strings taken out.
# Shared by layers.sh, style.sh and units.sh, so that a word in a comment is not taken for a call.
FNR == 1 { in_comment = 0 }
{
    line = $0
    out = ""
    n = length(line)
    for (i = 1; i <= n; i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; i++; out = out " " }
        } else if (two == "/*") {
            in_comment = 1
            i++
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "'") {
            quote = c
            out = out c
            for (i++; i <= n && substr(line, i, 1) != quote; i++)
                if (substr(line, i, 1) == "\\") i++
            out = out quote
        } else {
            out = out c
        }
    }
    print FILENAME ":" FNR ":" out
}
