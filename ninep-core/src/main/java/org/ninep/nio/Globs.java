package org.ninep.nio;

import java.nio.file.PathMatcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The patterns that {@link java.nio.file.FileSystem#getPathMatcher} describes. */
final class Globs {
    private static final String SPECIAL = "\\^$.|?*+()[]{}";

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private boolean inGroup;

    private Globs(String glob) {
        this.glob = glob;
    }

    static PathMatcher matcher(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("\"" + syntaxAndPattern + "\" is not SYNTAX:PATTERN");
        }
        String syntax = syntaxAndPattern.substring(0, colon);
        String pattern = syntaxAndPattern.substring(colon + 1);
        Pattern compiled;
        if (syntax.equalsIgnoreCase("glob")) {
            compiled = Pattern.compile(new Globs(pattern).translate(), Pattern.DOTALL);
        } else if (syntax.equalsIgnoreCase("regex")) {
            compiled = Pattern.compile(pattern);
        } else {
            throw new UnsupportedOperationException("patterns are glob or regex, not " + syntax);
        }
        return path -> path instanceof NinepPath && compiled.matcher(path.toString()).matches();
    }

    private PatternSyntaxException wrong(String why) {
        return new PatternSyntaxException(why, glob, at);
    }

    private String translate() {
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            switch (c) {
                case '*' -> star();
                case '?' -> regex.append("[^/]");
                case '[' -> bracket();
                case '{' -> beginGroup();
                case '}' -> endGroup();
                case ',' -> regex.append(inGroup ? "|" : ",");
                case '\\' -> literal(escaped());
                default -> literal(c);
            }
        }
        if (inGroup) {
            throw wrong("a group is not closed");
        }
        return regex.toString();
    }

    private void star() {
        if (at < glob.length() && glob.charAt(at) == '*') {
            at++;
            regex.append(".*");
        } else {
            regex.append("[^/]*");
        }
    }

    private char escaped() {
        if (at == glob.length()) {
            throw wrong("nothing follows the backslash");
        }
        return glob.charAt(at++);
    }

    private void literal(char c) {
        if (SPECIAL.indexOf(c) >= 0) {
            regex.append('\\');
        }
        regex.append(c);
    }

    private void beginGroup() {
        if (inGroup) {
            throw wrong("groups cannot be nested");
        }
        inGroup = true;
        regex.append("(?:");
    }

    private void endGroup() {
        regex.append(inGroup ? ")" : "\\}");
        inGroup = false;
    }

    private void bracket() {
        int end = glob.indexOf(']', Math.min(glob.length(), at + 1));
        if (end < 0) {
            throw wrong("a bracket is not closed");
        }
        boolean negated = glob.charAt(at) == '!';
        String inside = glob.substring(negated ? at + 1 : at, end);
        if (inside.isEmpty() || inside.indexOf('/') >= 0) {
            throw wrong("a bracket is empty, or has a slash in it");
        }
        regex.append("(?!/)[").append(negated ? "^" : "");
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            regex.append("\\[]^&".indexOf(c) >= 0 ? "\\" : "").append(c);
        }
        regex.append(']');
        at = end + 1;
    }
}
