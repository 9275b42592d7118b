package org.ninep.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.check.bench.Allowance;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Target;
import org.ninep.check.suite.Suite;
import org.ninep.client.Client;
import org.ninep.client.MessageListener;
import org.ninep.client.NinepUri;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;
import org.ninep.transport.Transport;

/**
 * Finds out whether a 9P2000.L server does what the protocol says, and whether it survives clients that do not. It sends
 * well-formed requests that change nothing, unless it is allowed more.
 *
 * <pre>{@code
 * Report report = Conformance.of(NinepUri.parse("9p://localhost:5640/?aname=/srv/images")).run();
 * assertTrue(report.passed(), report::toString);
 * }</pre>
 *
 * A run ends in bounded time, whatever the server does: each wait has a bound ({@link Builder#timeout}), as have the run
 * ({@link Builder#longest}) and its traffic ({@link Builder#mostBytes}); what is not done by then is skipped. It takes memory for
 * a few frames of msize on each of a few connections.
 *
 * <p>
 * Immutable.
 */
public final class Conformance {
    private Conformance() {}

    /**
     * Checks the server, as the user and at the path that the URI names.
     *
     * @param uri its path is a directory with a file, a directory and a symbolic link to look at, or a file. Its {@code auth}
     *     says nothing: {@link Builder#credentials} does
     */
    public static Builder of(NinepUri uri) {
        return of(uri, uri.transport());
    }

    /**
     * As {@link #of(NinepUri)}, over another transport: within the process, for instance.
     *
     * @param transport used again and again
     */
    public static Builder of(NinepUri uri, Transport transport) {
        return new Builder(uri, transport);
    }

    /** All checks that there are. */
    public static List<Check> checks() {
        return List.copyOf(all().keySet());
    }

    static Map<Check, Case> all() {
        Map<Check, Case> all = new LinkedHashMap<>();
        add(all, Needs.NOTHING, Suite.reading());
        add(all, Needs.SCRATCH, Suite.writing());
        add(all, Needs.DESTRUCTIVE, Suite.breaking());
        add(all, Needs.BOTH, Suite.breakingAndWriting());
        all.put(Run.REMOVED, new Case(Run.REMOVED.id(), Run.REMOVED.expected(), Run.REMOVED.basis(), _ -> {}));
        return all;
    }

    private static void add(Map<Check, Case> to, Needs needs, List<Case> cases) {
        cases.forEach(each -> to.put(new Check(each.id(), needs, each.expected(), each.basis()), each));
    }

    /** Makes a credential, which is written to an afid; asked for each attach. Thread-safe. */
    @FunctionalInterface
    public interface Credentials {
        /** What to write to the afid. */
        byte[] make() throws IOException;
    }

    /**
     * How to check a server.
     *
     * <p>
     * Confined to one thread.
     */
    public static final class Builder {
        private static final int DEFAULT_MSIZE = 65536;

        private final NinepUri uri;
        private final Transport transport;
        private Duration timeout = Duration.ofSeconds(5);
        private Duration longest = Duration.ofMinutes(5);
        private long mostBytes = 256L << 20;
        private @Nullable List<String> scratch;
        private boolean destructive;
        private List<String> only = List.of();
        private @Nullable Credentials credentials;
        private Consumer<Finding> listener = _ -> {};
        private MessageListener messages = new MessageListener() {
            @Override
            public void sent(String peer, int tag, Tmessage request) {}

            @Override
            public void received(String peer, int tag, Rmessage reply) {}
        };

        private Builder(NinepUri uri, Transport transport) {
            this.uri = uri;
            this.transport = transport;
        }

        /** The longest wait for one answer, or for a connection. Default: 5 s. A server that is slower than that fails. */
        public Builder timeout(Duration timeout) {
            this.timeout = positive(timeout);
            return this;
        }

        /** The longest that the run may take, but for its cleaning up. Default: 5 minutes. */
        public Builder longest(Duration longest) {
            this.longest = positive(longest);
            return this;
        }

        private static Duration positive(Duration duration) {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException(duration + " is not more than zero");
            }
            return duration;
        }

        /** The bytes that the run may send and receive. Default: 256 MiB. */
        public Builder mostBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException(bytes + " bytes are not more than zero");
            }
            mostBytes = bytes;
            return this;
        }

        /**
         * Allows what writes. It is done in a new directory with a name of its own, which is removed at the end.
         *
         * @param directory where that is made, from the export's root; {@code /} for the root itself
         */
        public Builder scratch(String directory) {
            scratch = names(directory);
            return this;
        }

        /** Allows malformed frames and what else may bring down a server. */
        public Builder destructive(boolean allow) {
            destructive = allow;
            return this;
        }

        /**
         * Does only these checks; the others are not in the report.
         *
         * @param ids whole ids, or what stands before the dot
         * @throws IllegalArgumentException if there is no such check
         */
        public Builder only(List<String> ids) {
            for (String id : ids) {
                if (checks().stream().noneMatch(check -> isMeant(check, id))) {
                    throw new IllegalArgumentException("no check is called \"" + id + "\"");
                }
            }
            only = List.copyOf(ids);
            return this;
        }

        private static boolean isMeant(Check check, String id) {
            return check.id().equals(id) || check.id().startsWith(id + ".");
        }

        /** Authenticates each attach, where the server wants that. Default: attaches without an afid. */
        public Builder credentials(Credentials credentials) {
            this.credentials = credentials;
            return this;
        }

        /** Hears of each finding at once. */
        public Builder listener(Consumer<Finding> listener) {
            this.listener = listener;
            return this;
        }

        /** Sees the messages that are whole: not the frames that are malformed. */
        public Builder messages(MessageListener listener) {
            messages = listener;
            return this;
        }

        /**
         * Does the checks.
         *
         * @throws org.ninep.ConnectionLostException if there is no server
         * @throws org.ninep.RemoteException if the directory for what writes cannot be made
         * @throws java.io.InterruptedIOException if the thread is interrupted; it cleans up before
         */
        public Report run() throws IOException {
            Map<Check, Case> chosen = all();
            chosen.keySet().removeIf(check -> !only.isEmpty() && only.stream().noneMatch(id -> isMeant(check, id)));
            Run run = new Run(target(), new Allowance(longest, mostBytes), listener, destructive, scratch);
            return run.all(chosen);
        }

        private Target target() {
            int msize = uri.msize().orElse(DEFAULT_MSIZE);
            if (msize < Client.MIN_MSIZE) {
                throw new IllegalArgumentException("an msize of " + msize + " is too small");
            }
            Credentials made = credentials;
            return new Target(transport, uri.aname(), uri.uname(), uri.uid().orElseGet(() -> ownId("unix:uid")),
                    ownId("unix:gid"), names(uri.path()), msize, timeout, made == null ? null : made::make, messages);
        }

        private static List<String> names(String path) {
            return Arrays.stream(path.split("/", -1)).filter(name -> !name.isEmpty()).toList();
        }

        /** As whom this process makes files, which is who its directory in /proc belongs to. */
        private static int ownId(String kind) {
            try {
                return (Integer) Files.getAttribute(Path.of("/proc/self"), kind);
            } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
                return Protocol.NONUNAME;
            }
        }
    }
}
