package org.ninep.nbd.cli;

import java.time.Duration;
import java.util.OptionalInt;
import org.ninep.client.Authenticator;
import org.ninep.munge.EncodeOptions;
import org.ninep.munge.MungeAuthenticator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How clients prove to 9P servers who they are. Confined to one thread, once parsed immutable. */
final class ClientCredentials {

    @Mixin
    private final Credentials.ForAuthentication credentials = new Credentials.ForAuthentication();

    @Option(names = "--munge-ttl", paramLabel = "DURATION", converter = Converters.OfDuration.class, description = "How long a credential is good, and so how far the clocks may differ: 1s to 1h (default: 1m).")
    private Duration ttl = Duration.ofMinutes(1);

    @Option(names = "--munge-restrict-uid", paramLabel = "UID", converter = Converters.OfId.class, description = "Only servers that run as this user can decode the credentials (default: any).")
    private OptionalInt serverUid = OptionalInt.empty();

    /** Makes a new credential for each attach. */
    Authenticator authenticator() throws CommandFailure {
        try {
            EncodeOptions options = EncodeOptions.DEFAULT.withTtl(ttl);
            return new MungeAuthenticator(credentials.munge(),
                    serverUid.isEmpty() ? options : options.withAuthUid(serverUid.getAsInt()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--munge-ttl: " + e.getMessage(), e);
        }
    }
}
