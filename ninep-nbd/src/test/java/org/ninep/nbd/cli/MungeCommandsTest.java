package org.ninep.nbd.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.client.NinepUri;
import org.ninep.munge.Cipher;
import org.ninep.munge.Mac;
import org.ninep.munge.Zip;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.peer.Munged;
import org.ninep.peer.Tool;

/** Credentials on the command line, made and checked with the key itself; munged has its own tests. */
class MungeCommandsTest {
    private static final byte[] NONE = {};

    @TempDir
    Path directory;

    private String key = "";

    @BeforeEach
    void makeKey() throws IOException {
        key = key("key", 1);
    }

    private String key(String name, int seed) throws IOException {
        Path file = directory.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] bytes = new byte[128];
        new Random(seed).nextBytes(bytes);
        return Files.write(file, bytes).toString();
    }

    private byte[] encode(byte[] payload, String... options) {
        Ran ran = Ran.of(payload, join(options, "munge", "encode", "--key-file", key));
        assertEquals(0, ran.status(), ran.err());
        return ran.bytes();
    }

    private static String[] join(String[] options, String... command) {
        String[] all = Arrays.copyOf(command, command.length + options.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        return all;
    }

    @Test
    void decodePrintsWhatEncodeWasGiven() {
        byte[] payload = new byte[1000];
        new Random(2).nextBytes(payload);
        byte[] credential = encode(payload, "--zip", "zlib", "--ttl", "30");
        assertTrue(new String(credential, US_ASCII).matches("MUNGE:[A-Za-z0-9+/=]+:\n"));
        Ran only = Ran.of(credential, "munge", "decode", "--payload", "--key-file", key);
        assertEquals(0, only.status(), only.err());
        assertArrayEquals(payload, only.bytes());
        String all = Ran.of(credential, "munge", "decode", "--key-file", key).out();
        for (String line : new String[]{"STATUS: +success \\(0\\)", "TTL: +30", "CIPHER: +AES128 \\(4\\)",
                "MAC: +SHA256 \\(5\\)", "UID: +\\d+", "LENGTH: +1000", "DECODE_TIME: +20.*Z \\(\\d+\\)"}) {
            assertTrue(all.lines().anyMatch(each -> each.matches(line)), line + " in " + all);
        }
    }

    @Test
    void whatIsNotGoodIsStatus8() throws IOException {
        byte[] credential = encode(NONE, "--no-input");
        Ran foreign = Ran.of(credential, "munge", "decode", "--key-file", key("other", 3));
        assertEquals(ExitStatus.NO_CREDENTIAL, foreign.status());
        assertTrue(foreign.complaint().startsWith("ninep munge decode: "), foreign.err());
        assertEquals("", foreign.out());
        Ran nothing = Ran.of("nothing".getBytes(US_ASCII), "munge", "decode", "--key-file", key);
        assertEquals(ExitStatus.NO_CREDENTIAL, nothing.status());
        Ran elsewhere = Ran.of(encode(NONE, "--restrict-uid", "4294967294"), "munge", "decode", "--key-file", key);
        assertEquals(ExitStatus.NO_CREDENTIAL, elsewhere.status());
        Ran unreachable = Ran.of(NONE, "munge", "encode", "--socket", directory.resolve("none").toString());
        assertEquals(ExitStatus.NO_CREDENTIAL, unreachable.status());
        assertTrue(unreachable.complaint().contains("munged"), unreachable.err());
    }

    @Test
    void whatIsWeakIsOnlyForThoseWhoSaySo() {
        Ran refused = Ran.of(NONE, "munge", "encode", "--key-file", key, "--cipher", "blowfish");
        assertEquals(ExitStatus.NO_CREDENTIAL, refused.status(), refused.err());
        byte[] weak = encode("x".getBytes(US_ASCII), "--allow-weak", "--cipher", "blowfish", "--mac", "md5");
        assertEquals(ExitStatus.NO_CREDENTIAL, Ran.of(weak, "munge", "decode", "--key-file", key).status());
        assertEquals("x", Ran.of(weak, "munge", "decode", "-p", "--allow-weak", "--key-file", key).out());
    }

    @Test
    void tooMuchInputIsNotTaken() {
        Ran ran = Ran.of(new byte[1 << 20], "munge", "encode", "--key-file", key);
        assertEquals(ExitStatus.FAILED, ran.status());
        assertTrue(ran.complaint().contains("on standard input"), ran.err());
    }

    @Test
    void serveLetsInOnlyWhomACredentialProves() throws Exception {
        Files.writeString(directory.resolve("hello"), "hello");
        try (Running serve = Running.start("serve", "--listen", "tcp:127.0.0.1:0", "--auth", "munge",
                "--munge-key-file", key, "--export", directory + "=e")) {
            NinepUri uri = NinepUri.parse(serve.ready()).withPath("hello");
            Ran silent = Ran.of("cat", uri.toString());
            assertEquals(ExitStatus.REFUSED, silent.status());
            assertTrue(silent.complaint().contains("takes auth=munge in the URI"), silent.err());
            String asking = uri + "&auth=munge";
            // one made in the second in which the server began is refused, for an earlier server may have taken it
            Ran ran = Ran.of("cat", asking, "--munge-key-file", key);
            for (int i = 0; i < 1000 && ran.status() != 0; i++) {
                ran = Ran.of("cat", asking, "--munge-key-file", key);
            }
            assertEquals("hello", ran.out(), ran.err());
            Ran foreign = Ran.of("cat", asking, "--munge-key-file", key("other", 3));
            assertEquals(ExitStatus.REFUSED, foreign.status());
            assertTrue(foreign.complaint().contains("the server did not accept the MUNGE credential"), foreign.err());
            Ran another = Ran.of("cat", asking + "&uid=4242", "--munge-key-file", key);
            assertEquals(ExitStatus.REFUSED, another.status());
        }
    }

    @Test
    void mungedGetsNoMoreTimeThanTheServer() throws Exception {
        Path socket = directory.resolve("hangs");
        try (ServerSocketChannel hangs = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                Running serve = Running.start("serve", "--listen", "tcp:127.0.0.1:0", "--auth", "munge",
                        "--munge-key-file", key, "--export", directory + "=e")) {
            hangs.bind(UnixDomainSocketAddress.of(socket));
            Ran ran = Ran.of("ls", serve.ready() + "&auth=munge", "--munge-socket", socket.toString(), "--timeout",
                    "1200ms");
            assertEquals(ExitStatus.NO_CREDENTIAL, ran.status(), ran.err());
            assertTrue(ran.complaint().contains("did not answer within 1.2 s"), ran.err());
        }
    }

    @Test
    void nbdAuthenticatesAlsoWhereTheUriDoesNotSaySo() throws Exception {
        Files.writeString(directory.resolve("hello"), "hello");
        try (Running serve = Running.start("serve", "--listen", "tcp:127.0.0.1:0", "--auth", "munge",
                "--munge-key-file", key, "--export", directory + "=e")) {
            NinepUri uri = NinepUri.parse(serve.ready()).withPath("hello");
            try (Running nbd = Running.start("nbd", "--listen", "tcp:127.0.0.1:0", "--auth", "munge",
                    "--munge-key-file", key, "--munge-ttl", "30s", "--max-backoff", "50ms", "--export", "x=" + uri)) {
                assertTrue(nbd.ready().endsWith("/x"));
            }
            Ran excepted = Ran.of("nbd", "--listen", "tcp:127.0.0.1:0", "--auth", "munge", "--munge-key-file", key,
                    "--fail-fast", "--export", "x=" + uri + "&auth=none");
            assertEquals(ExitStatus.REFUSED, excepted.status(), excepted.err());
        }
    }

    @Test
    @Tag("peer")
    void understandsMungeAndIsUnderstoodByUnmungeWithEveryAlgorithm() throws IOException {
        int combinations = 0;
        // munged wants every user to reach its socket
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Munged munged = Munged.start(Files.createDirectory(directory.resolve("munged")))) {
            for (Cipher cipher : Cipher.values()) {
                for (Mac mac : Mac.values()) {
                    for (Zip zip : Zip.values()) {
                        if (mac.bytes() >= cipher.keyBytes()) {
                            exchange(munged, cipher, mac, zip);
                            combinations++;
                        }
                    }
                }
            }
        }
        assertEquals(66, combinations);
    }

    private void exchange(Munged munged, Cipher cipher, Mac mac, Zip zip) throws IOException {
        String text = (cipher + " " + mac + " " + zip + " ").repeat(20);
        Path payload = Files.writeString(directory.resolve("payload"), text);
        String[] algorithms = {"--cipher=" + name(cipher), "--mac=" + name(mac), "--zip=" + name(zip)};
        byte[] theirs = munged.munge(join(new String[]{"--input=" + payload}, algorithms)).getBytes(US_ASCII);
        String socket = munged.socket().toString();
        String keyFile = munged.keyFile().toString();
        Ran withKey = Ran.of(theirs, "munge", "decode", "-p", "--key-file", keyFile, "--allow-weak");
        assertEquals(text, withKey.out(), withKey.err());
        Ran decoded = Ran.of(theirs, "munge", "decode", "--socket", socket);
        assertTrue(decoded.out().endsWith("\n\n" + text), decoded.out() + decoded.err());
        for (String[] by : new String[][]{{"--socket", socket}, {"--key-file", keyFile, "--allow-weak"}}) {
            Ran encoded = Ran.of(text.getBytes(US_ASCII), join(by, join(algorithms, "munge", "encode")));
            assertEquals(0, encoded.status(), encoded.err());
            Tool unmunged = munged.unmunge(Files.write(directory.resolve("credential"), encoded.bytes()));
            assertEquals(0, unmunged.status(), unmunged.toString());
            assertTrue(unmunged.output().endsWith("\n\n" + text + "\n"), unmunged.toString());
        }
    }

    private static String name(Enum<?> algorithm) {
        return algorithm.name().toLowerCase(Locale.ROOT);
    }
}
