package org.ninep.nbd.cli.common;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import org.ninep.check.Conformance;
import org.ninep.client.Client;
import org.ninep.client.ClientBuilder;
import org.ninep.client.NinepUri;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How commands connect to 9P servers. Confined to one thread, once parsed immutable. */
public final class ClientOptions {

    @Option(names = "--timeout", paramLabel = "DURATION", converter = Converters.OfDuration.class, description = "How long connecting, then each request, and munged may take: 250ms, 1s, 2m (default: 10s).")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(names = "--trace", description = "Print each 9P message on standard error, > for requests and < for replies.")
    private boolean trace;

    @Mixin
    private final ClientCredentials credentials = new ClientCredentials();

    private final PrintStream traceTo;

    public ClientOptions(Streams streams) {
        traceTo = streams.err();
    }

    public Duration timeout() {
        return timeout;
    }

    public Client connect(NinepUri uri) throws IOException {
        boolean authenticate = uri.auth() == NinepUri.Auth.MUNGE;
        credentials.checkWanted(authenticate, "auth=munge in the URI");
        ClientBuilder builder = Client.builder(uri.transport()).connectTimeout(timeout).requestTimeout(timeout);
        uri.msize().ifPresent(builder::msize);
        if (authenticate) {
            builder.authenticator(credentials.authenticator(timeout));
        }
        if (trace) {
            builder.listener(new MessageTrace(traceTo));
        }
        return builder.connect();
    }

    /** How {@code ninep check} connects, again and again. */
    public Conformance.Builder conformance(NinepUri uri) throws CommandFailure {
        boolean authenticate = uri.auth() == NinepUri.Auth.MUNGE;
        credentials.checkWanted(authenticate, "auth=munge in the URI");
        Conformance.Builder builder = Conformance.of(uri).timeout(timeout);
        if (authenticate) {
            builder.credentials(credentials.maker(timeout));
        }
        if (trace) {
            builder.messages(new MessageTrace(traceTo));
        }
        return builder;
    }
}
