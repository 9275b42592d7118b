package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.ninep.client.Messages.assertContains;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NinepUriTest {
    private static final OptionalInt NONE = OptionalInt.empty();

    @Test
    void readsAllOfATcpUri() {
        NinepUri uri = NinepUri.parse(
                "9p://server:5640/images/os.img?aname=/srv&uname=joe&uid=4294967294&msize=65536&auth=munge");
        assertEquals(new NinepUri("server", 5640, null, "/images/os.img", "/srv", "joe", OptionalInt.of(-2),
                OptionalInt.of(65536), NinepUri.Auth.MUNGE), uri);
        assertEquals("server:5640", uri.transport().endpoint());
    }

    @Test
    void readsAllOfAUnixUri() {
        NinepUri uri = NinepUri.parse("9p+unix:///os.img?socket=/run/diod.sock&aname=/srv/a%20b");
        assertEquals(new NinepUri("", 0, Path.of("/run/diod.sock"), "/os.img", "/srv/a b", "", NONE, NONE,
                NinepUri.Auth.UNSAID), uri);
        assertEquals("/run/diod.sock", uri.transport().endpoint());
    }

    @ParameterizedTest
    @CsvSource({"9p://server, server, 564, /", "9p://server/, server, 564, /", "9p://[::1]/a, ::1, 564, /a",
            "9p://[fe80::1%eth0]:1/a, fe80::1%eth0, 1, /a", "9p://10.0.0.1:65535/a//b, 10.0.0.1, 65535, /a//b",
            "9p://h/a+b%2Bc%3F%23%25, h, 564, /a+b+c?#%", "9p://h/%e2%82%ac€, h, 564, /€€"})
    void readsHostPortAndPath(String text, String host, int port, String path) {
        NinepUri uri = NinepUri.parse(text);
        assertEquals(new NinepUri(host, port, null, path, "", "", NONE, NONE, NinepUri.Auth.UNSAID), uri);
        assertEquals(uri, NinepUri.parse(uri.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"http://server/a|must begin with 9p:// or 9p+unix://",
            "|must begin with", "server:/a|must begin with", "9P://h/a|must begin with",
            "9p://h/a#b|write %23 for the character",
            "9p+unix://host/a?socket=/s|9p+unix has no host; the form is 9p+unix:///PATH?socket=/SOCKET",
            "9p+unix:///a|the parameter socket=/PATH/OF/SOCKET is missing",
            "9p+unix:///a?socket=|the parameter socket=/PATH/OF/SOCKET is missing",
            "9p+unix:///a?socket=/%00|socket: ", "9p://h/a?socket=/s|the parameter socket belongs to 9p+unix://",
            "9p:///a|the host is missing or malformed", "9p://:564/a|the host is missing or malformed",
            "9p://joe@h/a|the host is missing or malformed", "9p://::1/a|the host is missing or malformed",
            "9p://a b/a|the host is missing or malformed", "9p://[]/a|the host is missing or malformed",
            "9p://[::1/a|the bracket of the IPv6 address is not closed", "9p://[::1]x/a|\"x\" behind the host",
            "9p://h:/a|port \"\" is not a number from 1 to 65535", "9p://h:0/a|port \"0\" is not a number",
            "9p://h:65536/a|port \"65536\"", "9p://h:+564/a|port \"+564\"", "9p://h:-1/a|port \"-1\"",
            "9p://h:99999999999999999999/a|port \"99999999999999999999\"", "9p://h:1:2/a|port \"1:2\"",
            "9p://h/a?|the parameter \"\" has no value", "9p://h/a?aname|the parameter \"aname\" has no value",
            "9p://h/a?aname=/&&uid=1|the parameter \"\" has no value",
            "9p://h/a?export=/|no parameter is called \"export\"; there are aname, uname, uid, msize, auth and socket",
            "9p://h/a?uid=1&uid=2|the parameter \"uid\" is given twice",
            "9p://h/a?uid=-1|uid \"-1\" is not a number from 0 to 4294967294",
            "9p://h/a?uid=4294967295|uid \"4294967295\" is not a number", "9p://h/a?uid=joe|uid \"joe\"",
            "9p://h/a?uid=٣|uid \"٣\" is not a number", "9p://h/a?msize=4095|msize \"4095\" is not a number from 4096",
            "9p://h/a?msize=16777217|to 16777216", "9p://h/a?auth=kerberos|auth is none or munge, not \"kerberos\"",
            "9p://h/%zz|percent-encoding in \"/%zz\"", "9p://h/%|percent-encoding in \"/%\"",
            "9p://h/%+1|percent-encoding in", "9p://h/%-1|percent-encoding in",
            "9p://h/a?aname=%2|percent-encoding in \"%2\"", "9p://h/%ff|not UTF-8", "9p://h/%c3|not UTF-8"})
    void saysWhichPartOfAMalformedUriIsWrong(String text, String why) {
        String uri = text == null ? "" : text;
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> NinepUri.parse(uri));
        assertContains("malformed 9P URI \"" + uri + "\": ", e);
        assertContains(why, e);
    }

    @Test
    void readsReplicasSeparatedByBlanks() {
        assertEquals(List.of(NinepUri.parse("9p://a/x"), NinepUri.parse("9p://b/x")),
                NinepUri.parseAll("  9p://a/x \t\n 9p://b/x "));
        assertThrows(IllegalArgumentException.class, () -> NinepUri.parseAll(" "));
        assertThrows(IllegalArgumentException.class, () -> NinepUri.parseAll("9p://a/x b"));
    }

    @Test
    void namesAnotherFileOfTheSameExport() {
        NinepUri uri = NinepUri.parse("9p://h/a?aname=/srv&uid=0");
        assertEquals(NinepUri.parse("9p://h/b/c?aname=/srv&uid=0"), uri.withPath("/b/c"));
        assertEquals(uri.withPath("/b/c"), uri.withPath("b/c"));
        assertEquals("/", uri.withPath("").path());
    }

    @Test
    void cannotBeMadeOfPartsThatNoUriHas() {
        NinepUri good = NinepUri.parse("9p://h/a");
        assertNull(good.socket());
        NinepUri.Auth none = NinepUri.Auth.NONE;
        for (String host : new String[]{"", "a b", "a/b", "a@b", "a?b", "[::1]"}) {
            assertThrows(IllegalArgumentException.class,
                    () -> new NinepUri(host, 564, null, "/", "", "", NONE, NONE, none));
        }
        for (int port : new int[]{0, -1, 65536}) {
            assertThrows(IllegalArgumentException.class,
                    () -> new NinepUri("h", port, null, "/", "", "", NONE, NONE, none));
        }
        assertThrows(IllegalArgumentException.class,
                () -> new NinepUri("h", 564, Path.of("/s"), "/", "", "", NONE, NONE, none));
        assertThrows(IllegalArgumentException.class,
                () -> new NinepUri("h", 564, null, "/", "", "", OptionalInt.of(-1), NONE, none));
        assertThrows(IllegalArgumentException.class,
                () -> new NinepUri("h", 564, null, "/", "", "", NONE, OptionalInt.of(0), none));
        assertThrows(IllegalArgumentException.class,
                () -> new NinepUri("h", 564, null, "/\udcff", "", "", NONE, NONE, none));
    }

    @Test
    void tellsApartWhetherItSaysThatNothingIsAuthenticated() {
        assertEquals(NinepUri.Auth.UNSAID, NinepUri.parse("9p://h/x").auth());
        assertEquals("9p://h/x", NinepUri.parse("9p://h/x").toString());
        assertEquals(NinepUri.Auth.NONE, NinepUri.parse("9p://h/x?auth=none").auth());
        assertEquals("9p://h/x?auth=none", NinepUri.parse("9p://h/x?auth=none").toString());
    }

    private static Arbitrary<String> text() {
        return Arbitraries.strings().withChars("abz09 /+%&=?#[]@:;~*'\"€\ud83d\ude00\u0001").ofMaxLength(20)
                .filter(text -> text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff));
    }

    @Provide
    static Arbitrary<NinepUri> uris() {
        Arbitrary<String> hosts = Arbitraries.of("h", "server.example.org", "10.0.0.1", "::1", "fe80::1%eth0",
                "straße");
        Arbitrary<Path> sockets = Arbitraries.of("/run/diod.sock", "relative", "/a b/c&d=e", "/%41")
                .map(name -> Path.of(name));
        Arbitrary<OptionalInt> uids = Arbitraries.integers().filter(uid -> uid != -1).map(OptionalInt::of)
                .injectNull(0.3).map(uid -> uid == null ? NONE : uid);
        Arbitrary<OptionalInt> msizes = Arbitraries.integers().between(4096, 1 << 24).map(OptionalInt::of)
                .injectNull(0.3).map(size -> size == null ? NONE : size);
        Arbitrary<Boolean> kinds = Arbitraries.of(true, false);
        return Combinators.combine(kinds, hosts, Arbitraries.integers().between(1, 65535), sockets, text(), text(),
                uids, msizes).as(
                        (tcp, host, port, socket, path, name, uid, msize) -> new NinepUri(tcp ? host : "",
                                tcp ? port : 0, tcp ? null : socket, "/" + path, name, name, uid, msize,
                                List.of(NinepUri.Auth.values()).get(port % 3)));
    }

    @Property(tries = 2000)
    void whatItPrintsItReads(@ForAll("uris") NinepUri uri) {
        assertEquals(uri, NinepUri.parse(uri.toString()));
        assertEquals(List.of(uri, uri), NinepUri.parseAll(uri + " " + uri));
    }

    @Property(tries = 2000)
    void anyTextIsAUriOrAnIllegalArgument(@ForAll("nearlyUris") String text) {
        try {
            assertEquals(NinepUri.parse(text), NinepUri.parse(NinepUri.parse(text).toString()));
        } catch (IllegalArgumentException e) {
            assertContains("malformed 9P URI", e);
        }
    }

    @Provide
    static Arbitrary<String> nearlyUris() {
        return Arbitraries
                .of("9p://", "9p+unix://", "h", ":", "1", "/", "?", "&", "=", "socket", "aname", "uid", "msize",
                        "[", "]", "%41", "%", "ff", "@", "#", " ", "é", "\ud83d", "+", "4096")
                .list().ofMaxSize(15)
                .map(parts -> String.join("", parts));
    }
}
