package org.ninep.nbd.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.nbd.cli.common.ClientCredentials;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.MessageTrace;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ReplicaOrder;
import org.ninep.resilient.ResilienceListener;
import org.ninep.resilient.ResilientFileBuilder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How files are kept readable over their replicas. Confined to one thread. */
final class ResilienceOptions {

    /** What munged gets at least: no reader waits for it, and a busy one may take longer than the shortest timeout. */
    private static final Duration MUNGED_PATIENCE = Duration.ofSeconds(1);

    @Option(names = "--timeout", paramLabel = "DURATION", converter = Converters.OfDuration.class, description = "After so long without an answer a request is given to another replica: from 20ms (default: 10s).")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(names = "--max-backoff", paramLabel = "DURATION", converter = Converters.OfDuration.class, description = "Longest pause between attempts to connect to a replica (default: 5s).")
    private Duration maxBackoff = Duration.ofSeconds(5);

    @Option(names = "--give-up-after", paramLabel = "DURATION", converter = Converters.OfDuration.class, description = "Fail reads that no replica has answered for so long (default: never).")
    private @Nullable Duration giveUpAfter;

    @Option(names = "--prefer", paramLabel = "first|fastest", description = "Which of the replicas to read from (default: first).")
    private Preference prefer = Preference.first;

    @Option(names = "--connections", paramLabel = "COUNT", description = "Connections to each 9P server that is read from, 1 to 16 (default: 2).")
    private int connections = 2;

    @Option(names = "--busy-poll", paramLabel = "MOMENT|off", converter = Converters.OfMoment.class, description = "How long to look for an answer again and again before sleeping, where one after the other has come so soon: up to 1ms (default: 100us).")
    private Duration busyPoll = Duration.of(100, ChronoUnit.MICROS);

    @Option(names = "--check-every", paramLabel = "DURATION", converter = Converters.OfDuration.class, description = "How often to ask each replica whether its file has changed: from 20ms (default: 10s).")
    private Duration checkEvery = Duration.ofSeconds(10);

    @Option(names = "--auth", paramLabel = "none|munge", converter = Converters.OfAuth.class, completionCandidates = Converters.AuthNames.class, description = "munge: authenticate to every 9P server that asks for it, also where a URI does not say so; auth=none in a URI excepts it (default: none).")
    private NinepUri.Auth auth = NinepUri.Auth.NONE;

    @Mixin
    private final ClientCredentials credentials = new ClientCredentials();

    @Option(names = "--trace", description = "Print each 9P message on standard error, > for requests and < for replies.")
    private boolean trace;

    private final Program program;

    ResilienceOptions(Program program) {
        this.program = program;
    }

    /** As it is written on the command line. */
    @SuppressWarnings("checkstyle")
    enum Preference {
        first, fastest
    }

    /**
     * Connections for all files of this process.
     *
     * @param replicas of all of them, as they are at start
     */
    Connections connect(Stream<NinepUri> replicas) throws CommandFailure {
        boolean all = auth == NinepUri.Auth.MUNGE;
        boolean authenticate = all || replicas.anyMatch(uri -> uri.auth() == NinepUri.Auth.MUNGE);
        credentials.checkWanted(authenticate, "--auth munge, or with auth=munge in a URI");
        Connections.Builder builder = builder();
        if (authenticate) {
            builder.authenticator(
                    credentials.authenticator(MUNGED_PATIENCE.compareTo(timeout) > 0 ? MUNGED_PATIENCE : timeout));
        }
        if (all) {
            builder.authenticateAll();
        }
        if (trace) {
            builder.messageListener(new MessageTrace(program.err()));
        }
        return builder.build();
    }

    private Connections.Builder builder() throws CommandFailure {
        String option = "--connections";
        try {
            Connections.Builder builder = Connections.builder().perServer(connections);
            option = "--busy-poll";
            return builder.busyPoll(busyPoll);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, option + ": " + e.getMessage(), e);
        }
    }

    /** A file that is kept readable as the options say. */
    ResilientFileBuilder file(Connections over, String name, List<NinepUri> replicas, ResilienceListener listener)
            throws CommandFailure {
        try {
            ResilientFileBuilder builder = over.file(replicas).name(name).timeout(timeout).maxBackoff(maxBackoff)
                    .checkEvery(checkEvery).listener(listener)
                    .order(prefer == Preference.first ? ReplicaOrder.PREFERENCE : ReplicaOrder.LATENCY);
            return giveUpAfter == null ? builder : builder.giveUpAfter(giveUpAfter);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
