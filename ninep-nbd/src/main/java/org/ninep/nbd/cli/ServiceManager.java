package org.ninep.nbd.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd, or whoever else set NOTIFY_SOCKET, how far the program is: the protocol of {@code sd_notify(3)}, a datagram
 * to a Unix socket. The JDK has no such sockets, so this calls libc's. A message that cannot be sent is logged, and
 * harms nothing else.
 *
 * <p>Thread-safe.
 */
final class ServiceManager {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    /** Bytes of {@code sun_path}. */
    private static final int PATH_BYTES = 108;

    private final @Nullable String socket;

    /** @param socket the value of NOTIFY_SOCKET: a path, or {@code @} and an abstract name; null or empty for none */
    ServiceManager(@Nullable String socket) {
        this.socket = socket;
    }

    static ServiceManager ofThisProcess() {
        return new ServiceManager(System.getenv("NOTIFY_SOCKET"));
    }

    void ready() {
        notify("READY=1");
    }

    void stopping() {
        notify("STOPPING=1");
    }

    void status(String text) {
        notify("STATUS=" + text.replace('\n', ' '));
    }

    private void notify(String state) {
        if (socket == null || socket.isEmpty()) {
            return;
        }
        try {
            send(socket, state);
        } catch (IOException e) {
            LoggerFactory.getLogger(ServiceManager.class).warn("cannot tell NOTIFY_SOCKET={} {}: {}", socket, state,
                    e.getMessage());
        }
    }

    private static void send(String socket, String state) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IOException("this is known for Linux only");
        }
        try (Arena arena = Arena.ofConfined()) {
            Libc libc = new Libc();
            MemorySegment address = address(arena, socket);
            int descriptor = libc.socket();
            try {
                MemorySegment message = arena.allocateFrom(state, UTF_8).asSlice(0, state.getBytes(UTF_8).length);
                libc.sendto(descriptor, message, address);
            } finally {
                libc.close(descriptor);
            }
        }
    }

    /** {@code struct sockaddr_un}, of the length that is in use: abstract names have no end but that. */
    private static MemorySegment address(Arena arena, String socket) throws IOException {
        byte[] path = socket.getBytes(UTF_8);
        boolean isAbstract = path[0] == '@';
        if (path.length + (isAbstract ? 0 : 1) > PATH_BYTES || !(isAbstract || path[0] == '/')) {
            throw new IOException("neither an absolute path nor @ and a name, of at most 107 bytes");
        }
        if (isAbstract) {
            path[0] = 0;
        }
        MemorySegment address = arena.allocate(2L + path.length + (isAbstract ? 0 : 1), 2);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
        return address;
    }

    /** The three functions, with errno for what fails. */
    @SuppressWarnings("restricted")
    private static final class Libc {

        private static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();

        private final Linker linker = Linker.nativeLinker();
        private final MethodHandle socket = handle("socket",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        private final MethodHandle sendto = handle(
                "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        private final MethodHandle close = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private MethodHandle handle(String name, FunctionDescriptor descriptor) {
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
        }

        int socket() throws IOException {
            return (int) check("socket",
                    errno -> (int) socket.invokeExact(errno, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        }

        void sendto(int descriptor, MemorySegment message, MemorySegment address) throws IOException {
            check("sendto", errno -> (long) sendto.invokeExact(
                    errno,
                    descriptor,
                    message,
                    message.byteSize(),
                    MSG_NOSIGNAL,
                    address,
                    (int) address.byteSize()));
        }

        void close(int descriptor) throws IOException {
            check("close", errno -> (int) close.invokeExact(errno, descriptor));
        }

        private interface Call {
            long invoke(MemorySegment errno) throws Throwable;
        }

        private static long check(String function, Call call) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment captured = arena.allocate(CAPTURED);
                long result = call.invoke(captured);
                if (result < 0) {
                    throw new IOException(function + " failed with errno " + captured.get(JAVA_INT, 0));
                }
                return result;
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IOException(function + ": " + e, e);
            }
        }
    }
}
