package org.ninep.client;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Protocol;
import org.ninep.transport.Transport;

/**
 * The name of a file on a 9P server:
 *
 * <pre>
 * 9p://HOST[:564]/PATH/IN/EXPORT?aname=/srv/images
 * 9p+unix:///PATH/IN/EXPORT?socket=/run/diod.sock&amp;aname=/srv/images
 * </pre>
 *
 * Further parameters are {@code uname}, {@code uid} (0 to 4294967294), {@code msize} (4096 to 16777216) and
 * {@code auth=none|munge}. Paths and parameters may be percent-encoded.
 *
 * <p>
 * Immutable.
 *
 * @param host name or address without brackets; empty for a Unix socket
 * @param port 1 to 65535; 0 for a Unix socket
 * @param socket path of the Unix socket, or null for TCP
 * @param path the file within the export, {@code /} for its root
 * @param aname the export; empty unless given
 * @param uname the user's name; empty unless given
 * @param uid the user's number; where absent the process's effective uid is meant
 * @param msize largest frame to offer, in bytes; absent for the client's default
 * @param auth how to authenticate
 */
public record NinepUri(String host, int port, @Nullable Path socket, String path, String aname, String uname,
        OptionalInt uid, OptionalInt msize, Auth auth) {
    private static final String TCP = "9p://";
    private static final String UNIX = "9p+unix://";

    /** How to authenticate. */
    public enum Auth {
        /** The URI does not say: as whoever connects is used to, and not at all unless told otherwise. */
        UNSAID,
        /** Not at all, also where everything else is authenticated. */
        NONE,
        /** With a MUNGE credential. */
        MUNGE
    }

    /** @throws IllegalArgumentException if a part is out of its range; the message names it */
    public NinepUri {
        if (socket == null) {
            require(!host.isEmpty() && host.codePoints().noneMatch(NinepUri::isNeverInAHost),
                    "the host is missing or malformed");
            require(port >= 1 && port <= 65535, "port \"" + port + "\" is not a number from 1 to 65535");
        } else {
            require(!socket.toString().isEmpty(), "the parameter socket=/PATH/OF/SOCKET is missing");
            require(host.isEmpty() && port == 0, "the parameter socket belongs to 9p+unix://, which has no host");
        }
        require(path.startsWith("/"), "the path \"" + path + "\" does not begin with a slash");
        require(uid.isEmpty() || uid.getAsInt() != Protocol.NONUNAME, "uid 4294967295 stands for none");
        int size = msize.orElse(Client.MIN_MSIZE);
        require(size >= Client.MIN_MSIZE && size <= Client.MAX_MSIZE,
                "msize is not from " + Client.MIN_MSIZE + " to " + Client.MAX_MSIZE);
        for (String text : List.of(path, aname, uname)) {
            require(StandardCharsets.UTF_8.newEncoder().canEncode(text), "\"" + text + "\" is not UTF-8");
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static boolean isNeverInAHost(int c) {
        return "/?#@[]".indexOf(c) >= 0 || Character.isWhitespace(c) || Character.isISOControl(c);
    }

    /**
     * Parses one URI.
     *
     * @throws IllegalArgumentException if it is not one; the message names the part that is wrong
     */
    public static NinepUri parse(String uri) {
        return new Parser(uri).parse();
    }

    /**
     * Parses several URIs separated by blanks: the replicas of one file.
     *
     * @throws IllegalArgumentException if there is none, or one is malformed
     */
    public static List<NinepUri> parseAll(String uris) {
        if (uris.isBlank()) {
            throw new IllegalArgumentException("no URI in \"" + uris + "\"");
        }
        List<NinepUri> all = new ArrayList<>();
        for (String uri : uris.strip().split("\\s+", -1)) {
            all.add(parse(uri));
        }
        return List.copyOf(all);
    }

    /** The way to connect to the server. */
    public Transport transport() {
        return socket == null ? Transport.tcp(host, port) : Transport.unix(socket);
    }

    /** The same server and export, another file; a leading slash may be left out. */
    public NinepUri withPath(String path) {
        return new NinepUri(host, port, socket, path.startsWith("/") ? path : "/" + path, aname, uname, uid, msize,
                auth);
    }

    /** A URI that {@link #parse} reads as an equal one. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(socket == null ? TCP : UNIX);
        if (socket == null) {
            out.append(host.contains(":") ? "[" + host + "]" : host);
            if (port != Protocol.DEFAULT_PORT) {
                out.append(':').append(port);
            }
        }
        out.append(encode(path));
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        if (socket != null) {
            query.add("socket=" + encode(socket.toString()));
        }
        if (!aname.isEmpty()) {
            query.add("aname=" + encode(aname));
        }
        if (!uname.isEmpty()) {
            query.add("uname=" + encode(uname));
        }
        uid.ifPresent(value -> query.add("uid=" + Integer.toUnsignedString(value)));
        msize.ifPresent(value -> query.add("msize=" + value));
        if (auth != Auth.UNSAID) {
            query.add(auth == Auth.MUNGE ? "auth=munge" : "auth=none");
        }
        return out.append(query).toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
    }

    private static final class Parser {
        private final String uri;
        private final Set<String> given = new HashSet<>();
        private String host = "";
        private int port;
        private @Nullable Path socket;
        private String aname = "";
        private String uname = "";
        private OptionalInt uid = OptionalInt.empty();
        private OptionalInt msize = OptionalInt.empty();
        private Auth auth = Auth.UNSAID;

        Parser(String uri) {
            this.uri = uri;
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException("malformed 9P URI \"" + uri + "\": " + what);
        }

        NinepUri parse() {
            boolean unix = uri.startsWith(UNIX);
            if (!unix && !uri.startsWith(TCP)) {
                throw wrong("it must begin with 9p:// or 9p+unix://");
            }
            if (uri.indexOf('#') >= 0) {
                throw wrong("a fragment (#) has no meaning; write %23 for the character");
            }
            String rest = uri.substring(unix ? UNIX.length() : TCP.length());
            int question = rest.indexOf('?');
            String before = question < 0 ? rest : rest.substring(0, question);
            int slash = before.indexOf('/');
            String authority = slash < 0 ? before : before.substring(0, slash);
            String path = slash < 0 ? "/" : decode(before.substring(slash));
            port = unix ? 0 : Protocol.DEFAULT_PORT;
            if (question >= 0) {
                parameters(rest.substring(question + 1));
            }
            if (unix) {
                unixSocket(authority);
            } else {
                hostAndPort(authority);
            }
            try {
                return new NinepUri(host, port, socket, path, aname, uname, uid, msize, auth);
            } catch (IllegalArgumentException e) {
                throw wrong(String.valueOf(e.getMessage()));
            }
        }

        private void unixSocket(String authority) {
            if (!authority.isEmpty()) {
                throw wrong("9p+unix has no host; the form is 9p+unix:///PATH?socket=/SOCKET");
            }
            if (socket == null) {
                throw wrong("the parameter socket=/PATH/OF/SOCKET is missing");
            }
        }

        private void hostAndPort(String authority) {
            if (socket != null) {
                throw wrong("the parameter socket belongs to 9p+unix://");
            }
            String portText = "";
            if (authority.startsWith("[")) {
                int bracket = authority.indexOf(']');
                if (bracket < 0) {
                    throw wrong("the bracket of the IPv6 address is not closed");
                }
                host = authority.substring(1, bracket);
                portText = authority.substring(bracket + 1);
            } else {
                int colon = authority.indexOf(':');
                host = colon < 0 ? authority : authority.substring(0, colon);
                portText = colon < 0 ? "" : authority.substring(colon);
            }
            if (host.isEmpty()) {
                throw wrong("the host is missing or malformed");
            }
            if (!portText.isEmpty() && !portText.startsWith(":")) {
                throw wrong("\"" + portText + "\" behind the host");
            }
            if (!portText.isEmpty()) {
                port = (int) number("port", portText.substring(1), 1, 65535);
            }
        }

        private void parameters(String query) {
            for (String parameter : query.split("&", -1)) {
                int equals = parameter.indexOf('=');
                if (equals < 0) {
                    throw wrong("the parameter \"" + parameter + "\" has no value");
                }
                if (!given.add(parameter.substring(0, equals))) {
                    throw wrong("the parameter \"" + parameter.substring(0, equals) + "\" is given twice");
                }
                set(parameter.substring(0, equals), decode(parameter.substring(equals + 1)));
            }
        }

        private void set(String name, String value) {
            switch (name) {
                case "socket" -> socket = path(value);
                case "aname" -> aname = value;
                case "uname" -> uname = value;
                case "uid" -> uid = OptionalInt.of((int) number(name, value, 0, 0xffff_fffeL));
                case "msize" -> msize = OptionalInt.of((int) number(name, value, Client.MIN_MSIZE, Client.MAX_MSIZE));
                case "auth" -> auth = switch (value) {
                    case "none" -> Auth.NONE;
                    case "munge" -> Auth.MUNGE;
                    default -> throw wrong("auth is none or munge, not \"" + value + "\"");
                };
                default -> throw wrong("no parameter is called \"" + name
                        + "\"; there are aname, uname, uid, msize, auth and socket");
            }
        }

        private Path path(String value) {
            try {
                return Path.of(value);
            } catch (InvalidPathException e) {
                throw wrong("socket: " + e.getMessage());
            }
        }

        private long number(String name, String value, long least, long most) {
            long number = value.matches("[0-9]{1,10}") ? Long.parseLong(value) : -1;
            if (number >= least && number <= most) {
                return number;
            }
            throw wrong(name + " \"" + value + "\" is not a number from " + least + " to " + most);
        }

        private String decode(String text) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < text.length();) {
                if (text.charAt(i) != '%') {
                    int end = text.indexOf('%', i);
                    String verbatim = text.substring(i, end < 0 ? text.length() : end);
                    bytes.writeBytes(verbatim.getBytes(StandardCharsets.UTF_8));
                    i += verbatim.length();
                } else if (text.length() - i >= 3 && HexFormat.isHexDigit(text.charAt(i + 1))
                        && HexFormat.isHexDigit(text.charAt(i + 2))) {
                    bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                    i += 3;
                } else {
                    throw wrong("percent-encoding in \"" + text + "\"");
                }
            }
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
            } catch (CharacterCodingException e) {
                throw wrong("percent-encoding in \"" + text + "\", which is not UTF-8");
            }
        }
    }
}
