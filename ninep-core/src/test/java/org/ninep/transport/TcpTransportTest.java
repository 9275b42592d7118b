package org.ninep.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ninep.ConnectionLostException;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpTransportTest {
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(60);
    /** So many attempts that a socket left open by each is not taken for somebody else's. */
    private static final int LEAKS = 20;

    private final CountDownLatch testIsOver = new CountDownLatch(1);

    @AfterEach
    void letLookupsEnd() {
        testIsOver.countDown();
    }

    @Test
    void connectsAndCarriesBytesBothWays() throws Exception {
        try (ServerSocketChannel server = listen("127.0.0.1");
                Connection client = Transport.tcp("127.0.0.1", port(server)).connect(AMPLE);
                SocketChannel accepted = server.accept()) {
            client.sink().write(ByteBuffer.wrap(new byte[]{42}));
            assertEquals(42, readByte(accepted));
            accepted.write(ByteBuffer.wrap(new byte[]{43}));
            ByteBuffer in = ByteBuffer.allocate(1);
            assertEquals(1, client.source().read(in));
            assertEquals(43, in.get(0));
        }
    }

    @Test
    void givesABlockingSocketThatNeitherDelaysNorForgetsTheOtherEnd() throws Exception {
        try (ServerSocketChannel server = listen("127.0.0.1");
                Connection client = Transport.tcp("127.0.0.1", port(server)).connect(AMPLE)) {
            SocketChannel socket = assertInstanceOf(SocketChannel.class, client.source());
            assertTrue(socket.isBlocking());
            assertTrue(socket.getOption(StandardSocketOptions.TCP_NODELAY));
            assertTrue(socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
            assertEquals("127.0.0.1:" + port(server), client.peer());
        }
    }

    @Test
    void connectsOverIpv6() throws Exception {
        try (ServerSocketChannel server = listenOrSkip("::1")) {
            Transport transport = Transport.tcp("::1", port(server));
            assertEquals("[::1]:" + port(server), transport.endpoint());
            try (Connection client = transport.connect(AMPLE)) {
                assertTrue(client.isOpen());
            }
        }
    }

    @Test
    void goesOnToTheNextAddressWhenOneRefuses() throws Exception {
        try (ServerSocketChannel server = listen("127.0.0.3")) {
            Transport transport = transport(port(server), "127.0.0.2", "127.0.0.3");
            try (Connection client = transport.connect(AMPLE)) {
                SocketChannel socket = assertInstanceOf(SocketChannel.class, client.source());
                assertEquals(server.getLocalAddress(), socket.getRemoteAddress());
                assertEquals("files.example:" + port(server), client.peer());
            }
        }
    }

    @Test
    void goesOnToTheNextAddressWhenOneDoesNotAnswer() throws Exception {
        try (FullQueue silent = new FullQueue("127.0.0.2");
                ServerSocketChannel server = listen("127.0.0.3", silent.port())) {
            try (Connection client = transport(port(server), "127.0.0.2", "127.0.0.3").connect(Duration.ofSeconds(2))) {
                SocketChannel socket = assertInstanceOf(SocketChannel.class, client.source());
                assertEquals(server.getLocalAddress(), socket.getRemoteAddress());
            }
        }
    }

    @Test
    void namesEveryAddressThatItTriedAndWhy() throws Exception {
        int port = closedPort();
        ConnectionLostException lost = fails(transport(port, "127.0.0.2", "127.0.0.3"), AMPLE);
        assertEquals("cannot connect to files.example:" + port
                + ": 127.0.0.2: Connection refused; 127.0.0.3: Connection refused", lost.getMessage());
        assertInstanceOf(IOException.class, lost.getCause());
    }

    @Test
    void namesARefusingAddressOnce() throws Exception {
        int port = closedPort();
        assertEquals("cannot connect to 127.0.0.1:" + port + ": Connection refused",
                fails(Transport.tcp("127.0.0.1", port), AMPLE).getMessage());
    }

    @Test
    void saysThatThereIsNoSuchHost() {
        Transport transport = new TcpTransport("no.such.example", 564, host -> {
            throw new UnknownHostException(host + ": Name or service not known");
        });
        assertEquals("cannot connect to no.such.example:564: no such host (Name or service not known)",
                fails(transport, AMPLE).getMessage());
    }

    @Test
    void asksTheOperatingSystemForNames() {
        ConnectionLostException lost = fails(Transport.tcp("no-such-host.invalid", 564), AMPLE);
        assertTrue(lost.toString().contains("cannot connect to no-such-host.invalid:564: no such host"),
                lost.toString());
    }

    @Test
    void givesUpWhenNobodyAnswersInTime() throws Exception {
        try (FullQueue silent = new FullQueue("127.0.0.1")) {
            ConnectionLostException lost = fails(Transport.tcp("127.0.0.1", silent.port()), SHORT);
            String message = "cannot connect to 127.0.0.1:" + silent.port() + ": no answer within \\d+ ms";
            assertTrue(Pattern.matches(message, String.valueOf(lost.getMessage())), lost.toString());
        }
    }

    @Test
    void leavesTimeForTheAddressesYetToBeTried() throws Exception {
        try (FullQueue silent = new FullQueue("127.0.0.2")) {
            ConnectionLostException lost = fails(transport(silent.port(), "127.0.0.2", "127.0.0.2"), SHORT);
            Matcher first = Pattern.compile("no answer within (\\d+) ms").matcher(lost.toString());
            assertTrue(first.find(), lost.toString());
            assertTrue(Long.parseLong(first.group(1)) <= SHORT.toMillis() / 2, lost.toString());
        }
    }

    @Test
    void takesATimeoutOfAges() throws Exception {
        try (ServerSocketChannel server = listen("127.0.0.1");
                Connection client = transport(port(server), "127.0.0.1").connect(ChronoUnit.FOREVER.getDuration())) {
            assertTrue(client.isOpen());
        }
    }

    @Test
    void givesUpWhenTheNameIsNotResolvedInTimeAndAsksOnlyOnceMeanwhile() {
        AtomicInteger lookups = new AtomicInteger();
        Transport transport = new TcpTransport("slow.example", 564, host -> {
            lookups.incrementAndGet();
            return new InetAddress[]{waitForTheEndOfTheTest()};
        });
        String message = "cannot connect to slow.example:564: no address of the host within 60 ms";
        assertEquals(message, fails(transport, SHORT).getMessage());
        assertEquals(message, fails(transport, SHORT).getMessage());
        assertEquals(1, lookups.get());
    }

    @Test
    void asksForTheAddressesAnewForEachConnection() throws Exception {
        try (ServerSocketChannel server = listen("127.0.0.3")) {
            AtomicInteger lookups = new AtomicInteger();
            Transport moves = new TcpTransport("moves.example", port(server), host -> new InetAddress[]{
                    InetAddress.ofLiteral(lookups.getAndIncrement() == 0 ? "127.0.0.2" : "127.0.0.3")});
            fails(moves, AMPLE);
            moves.connect(AMPLE).close();
        }
    }

    @Test
    void keepsTheLastAddressesForWhenNamesCannotBeResolved() throws Exception {
        try (ServerSocketChannel server = listen("127.0.0.1")) {
            AtomicInteger lookups = new AtomicInteger();
            Transport transport = new TcpTransport("files.example", port(server),
                    host -> switch (lookups.getAndIncrement()) {
                        case 0 -> new InetAddress[]{InetAddress.ofLiteral("127.0.0.1")};
                        case 1 -> throw new UnknownHostException(host);
                        default -> new InetAddress[]{waitForTheEndOfTheTest()};
                    });
            transport.connect(AMPLE).close();
            transport.connect(AMPLE).close();
            transport.connect(Duration.ofMillis(500)).close();
            assertEquals(3, lookups.get());
        }
    }

    @Test
    void failsInAThreadThatIsInterruptedAlreadyAndLeavesItSo() throws Exception {
        try (ServerSocketChannel server = listen("127.0.0.1")) {
            for (Transport transport : new Transport[]{Transport.tcp("127.0.0.1", port(server)),
                    transport(port(server), "127.0.0.1")}) {
                Thread.currentThread().interrupt();
                ConnectionLostException lost = fails(transport, AMPLE);
                assertTrue(Thread.interrupted());
                assertTrue(lost.toString().endsWith(": interrupted"), lost.toString());
            }
        }
    }

    @Test
    void anInterruptEndsAWaitForAnAnswer() throws Exception {
        try (FullQueue silent = new FullQueue("127.0.0.1")) {
            Interrupted attempt = Interrupted.whileConnecting(Transport.tcp("127.0.0.1", silent.port()),
                    Interrupted::isInSelect);
            assertEquals("cannot connect to 127.0.0.1:" + silent.port() + ": interrupted", attempt.message());
            assertTrue(attempt.stillInterrupted());
        }
    }

    @Test
    void anInterruptEndsAWaitForTheName() throws Exception {
        Transport transport = new TcpTransport("slow.example", 564,
                host -> new InetAddress[]{waitForTheEndOfTheTest()});
        Interrupted attempt = Interrupted.whileConnecting(transport,
                thread -> thread.getState() == Thread.State.TIMED_WAITING);
        assertEquals("cannot connect to slow.example:564: interrupted", attempt.message());
        assertTrue(attempt.stillInterrupted());
    }

    @Test
    void leavesNoSocketOpenWhenItFails() throws Exception {
        try (FullQueue silent = new FullQueue("127.0.0.1")) {
            int refusing = closedPort();
            Transport refused = Transport.tcp("127.0.0.1", refusing);
            Transport unanswered = Transport.tcp("127.0.0.1", silent.port());
            long before = OpenSockets.count();
            for (int i = 0; i < LEAKS; i++) {
                failEach(refused, unanswered);
            }
            long more = OpenSockets.count() - before;
            assertTrue(more < LEAKS, more + " sockets more than before");
        }
    }

    private static void failEach(Transport refused, Transport unanswered) throws Exception {
        fails(refused, AMPLE);
        fails(unanswered, SHORT);
        Interrupted.whileConnecting(unanswered, Interrupted::isInSelect);
        Thread.currentThread().interrupt();
        fails(unanswered, AMPLE);
        assertTrue(Thread.interrupted());
    }

    @Test
    void refusesPortsThatDoNotExist() {
        assertThrows(IllegalArgumentException.class, () -> Transport.tcp("host", 0));
        assertThrows(IllegalArgumentException.class, () -> Transport.tcp("host", 65_536));
        assertFalse(Transport.tcp("host", 65_535).endpoint().isEmpty());
    }

    private InetAddress waitForTheEndOfTheTest() throws UnknownHostException {
        try {
            testIsOver.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new UnknownHostException("the test is over");
    }

    private static Transport transport(int port, String... addresses) {
        InetAddress[] resolved = new InetAddress[addresses.length];
        for (int i = 0; i < addresses.length; i++) {
            resolved[i] = InetAddress.ofLiteral(addresses[i]);
        }
        return new TcpTransport("files.example", port, host -> resolved);
    }

    private static ConnectionLostException fails(Transport transport, Duration timeout) {
        return assertThrows(ConnectionLostException.class, () -> transport.connect(timeout));
    }

    private static ServerSocketChannel listen(String address) throws IOException {
        return listen(address, 0);
    }

    private static ServerSocketChannel listen(String address, int port) throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    private static ServerSocketChannel listenOrSkip(String address) {
        try {
            return listen(address);
        } catch (IOException | UnsupportedOperationException e) {
            return Assumptions.abort("no " + address + " on this machine: " + e);
        }
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** A port that nothing listens on, on any address, for as long as nobody else is given it. */
    private static int closedPort() throws IOException {
        try (ServerSocketChannel server = listen("0.0.0.0")) {
            return port(server);
        }
    }

    private static int readByte(SocketChannel socket) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(1);
        assertEquals(1, socket.read(in));
        return in.get(0);
    }
}
