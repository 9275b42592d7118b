package org.ninep.nbd.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;

/** The URIs by which clients reach what is served here, for the {@code ready:} lines. */
final class ReadyUri {

    private ReadyUri() {}

    /** {@code nbd://HOST:PORT/NAME} or {@code nbd+unix:///NAME?socket=PATH}, as the NBD project's {@code uri.md} has them. */
    static String nbd(ListenAddress address, String export) {
        return switch (address) {
            case ListenAddress.Tcp tcp ->
                "nbd://" + ListenAddress.hostInUri(tcp.host()) + ":" + tcp.port() + "/" + encode(export);
            case ListenAddress.Unix unix ->
                "nbd+unix:///" + encode(export) + "?socket=" + encode(unix.path().toString());
            case ListenAddress.Inherited inherited -> inherited.toString();
        };
    }

    /** {@code 9p://HOST:PORT/?aname=ANAME} or {@code 9p+unix:///?socket=PATH&aname=ANAME}. */
    static String ninep(ListenAddress address, String aname) {
        return switch (address) {
            case ListenAddress.Tcp tcp -> uri(tcp.host(), tcp.port(), null, aname).toString();
            case ListenAddress.Unix unix -> uri("", 0, unix.path(), aname).toString();
            case ListenAddress.Inherited inherited -> inherited.toString();
        };
    }

    private static NinepUri uri(String host, int port, @Nullable Path socket, String aname) {
        return new NinepUri(
                host, port, socket, "/", aname, "", OptionalInt.empty(), OptionalInt.empty(), NinepUri.Auth.UNSAID);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
    }
}
