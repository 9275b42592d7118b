package org.ninep.nbd.cli.common;

import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.ninep.check.Conformance;
import org.ninep.client.Authenticator;
import org.ninep.munge.EncodeOptions;
import org.ninep.munge.Munge;
import org.ninep.munge.MungeAuthenticator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How clients prove to 9P servers who they are. Confined to one thread, once parsed immutable. */
public final class ClientCredentials {

    private static final byte[] NO_PAYLOAD = {};

    @Mixin
    private final Credentials.ForAuthentication credentials = new Credentials.ForAuthentication();

    @Option(names = "--munge-ttl", paramLabel = "DURATION", converter = Converters.OfTtl.class, description = "How long a credential is good, and so how far the clocks may differ: 1s to 1h (default: 1m).")
    private @Nullable Duration ttl;

    @Option(names = "--munge-restrict-uid", paramLabel = "UID", converter = Converters.OfId.class, description = "Only servers that run as this user can decode the credentials (default: any).")
    private OptionalInt serverUid = OptionalInt.empty();

    /** Whether anything is said about how. */
    boolean areGiven() {
        return credentials.areGiven() || ttl != null || serverUid.isPresent();
    }

    /**
     * Fails if something is said about credentials that nobody wants.
     *
     * @param wanted whether they are
     * @param otherwise what would make them wanted
     */
    public void checkWanted(boolean wanted, String otherwise) throws CommandFailure {
        if (!wanted && areGiven()) {
            throw new CommandFailure(ExitStatus.USAGE, "--munge-socket, --munge-key-file, --munge-ttl and"
                    + " --munge-restrict-uid go with " + otherwise);
        }
    }

    /**
     * Makes a new credential for each attach.
     *
     * @param patience how long munged may take, if that is less than usual
     */
    public Authenticator authenticator(Duration patience) throws CommandFailure {
        return new MungeAuthenticator(credentials.munge(patience), options());
    }

    /** As {@link #authenticator}, for who writes to the afid by other means. */
    public Conformance.Credentials maker(Duration patience) throws CommandFailure {
        Munge munge = credentials.munge(patience);
        EncodeOptions options = options();
        return () -> munge.encode(options, NO_PAYLOAD);
    }

    private EncodeOptions options() throws CommandFailure {
        try {
            EncodeOptions usual = MungeAuthenticator.DEFAULT_OPTIONS;
            EncodeOptions options = ttl == null ? usual : usual.withTtl(ttl);
            return serverUid.isEmpty() ? options : options.withAuthUid(serverUid.getAsInt());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--munge-ttl: " + e.getMessage(), e);
        }
    }
}
