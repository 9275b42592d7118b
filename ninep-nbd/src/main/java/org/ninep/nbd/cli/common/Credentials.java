package org.ninep.nbd.cli.common;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.munge.Cipher;
import org.ninep.munge.Mac;
import org.ninep.munge.Munge;
import org.ninep.munge.MungeCodec;
import org.ninep.munge.MungeCodecBuilder;
import org.ninep.munge.MungeSocket;
import org.ninep.munge.MungeSocketBuilder;
import picocli.CommandLine.Option;

/** What makes and checks MUNGE credentials: munged, or this process with the key, which is wiped when the command has ended. */
public final class Credentials {

    /** What a command holds that is not to stay in memory. */
    public interface Secret {

        /** Wipes it. */
        void wipe();
    }

    private final List<MungeCodec> codecs = new ArrayList<>();

    private Credentials() {}

    /** Wipes the keys from memory. */
    private void wipe() {
        codecs.forEach(MungeCodec::close);
    }

    /**
     * @param acceptFrom when credentials must have been made, at the earliest, that are checked with the key
     * @param timeout how long munged may take
     */
    private Munge munge(@Nullable Path socket, @Nullable Path keyFile, boolean allowWeak, Instant acceptFrom,
            Duration timeout) throws CommandFailure {
        if (socket != null && keyFile != null) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "munged's socket and a key file are both given: one of them makes and checks the credentials");
        }
        if (keyFile == null) {
            MungeSocketBuilder munged = MungeSocket.builder().timeout(timeout);
            return (socket == null ? munged : munged.socket(socket)).build();
        }
        try {
            MungeCodecBuilder codec = MungeCodec.builder(keyFile).acceptFrom(acceptFrom);
            if (allowWeak) {
                codec.ciphers(EnumSet.allOf(Cipher.class)).macs(EnumSet.allOf(Mac.class));
            }
            MungeCodec built = codec.build();
            codecs.add(built);
            return built;
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.NO_CREDENTIAL, Complaints.words(e), e);
        }
    }

    /** For commands that authenticate with MUNGE. Confined to one thread, once parsed immutable. */
    public static final class ForAuthentication implements Secret {

        private final Credentials credentials = new Credentials();

        @Option(names = "--munge-socket", paramLabel = "PATH", description = "Where munged listens, for authentication with MUNGE (default: /run/munge/munge.socket.2).")
        private @Nullable Path socket;

        @Option(names = "--munge-key-file", paramLabel = "PATH", description = "Use this copy of MUNGE's key instead of asking munged. It must be closed to others, and belong to this program's user or to root.")
        private @Nullable Path keyFile;

        /** Whether anything is said about how. */
        public boolean areGiven() {
            return socket != null || keyFile != null;
        }

        /**
         * What makes and checks the credentials.
         *
         * @param patience how long munged may take, if that is less than usual
         * @throws CommandFailure if both are given, or the key cannot be used
         */
        public Munge munge(Duration patience) throws CommandFailure {
            Duration usual = MungeSocketBuilder.DEFAULT_TIMEOUT;
            return credentials.munge(socket, keyFile, false, Instant.now(),
                    patience.compareTo(usual) < 0 ? patience : usual);
        }

        /** Wipes the key from memory, if there is one. */
        @Override
        public void wipe() {
            credentials.wipe();
        }
    }

    /** For commands that are about MUNGE. Confined to one thread, once parsed immutable. */
    public static final class OfCommand implements Secret {

        private final Credentials credentials = new Credentials();

        @Option(names = "--socket", paramLabel = "PATH", description = "Where munged listens (default: /run/munge/munge.socket.2).")
        private @Nullable Path socket;

        @Option(names = "--key-file", paramLabel = "PATH", description = "Use this copy of MUNGE's key instead of asking munged. It must be closed to others, and belong to this program's user or to root.")
        private @Nullable Path keyFile;

        @Option(names = "--allow-weak", description = "With --key-file: also use other ciphers than AES, and other MACs than SHA-256 and SHA-512.")
        private boolean allowWeak;

        /**
         * What makes and checks the credentials.
         *
         * @throws CommandFailure if both are given, or the key cannot be used
         */
        public Munge munge() throws CommandFailure {
            if (allowWeak && keyFile == null) {
                throw new CommandFailure(ExitStatus.USAGE,
                        "--allow-weak goes with --key-file: munged allows what it is configured to");
            }
            // with the key nobody remembers what was decoded, and a credential is checked as often as one likes
            return credentials.munge(socket, keyFile, allowWeak, Instant.EPOCH, MungeSocketBuilder.DEFAULT_TIMEOUT);
        }

        /** Wipes the key from memory, if there is one. */
        @Override
        public void wipe() {
            credentials.wipe();
        }
    }
}
