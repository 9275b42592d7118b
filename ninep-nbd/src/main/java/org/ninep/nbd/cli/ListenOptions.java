package org.ninep.nbd.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import picocli.CommandLine.Option;

/** Where servers listen, and for how many. Confined to one thread. */
final class ListenOptions {

    @Option(names = "--listen", paramLabel = "ADDR", required = true, arity = "1..*", converter = ListenAddress.Converter.class, description = "tcp:HOST:PORT (port 0 has one picked), unix:PATH, or inherited: a listening or connected socket as"
            + " standard input, as systemd and inetd give it.")
    private List<ListenAddress> addresses = new ArrayList<>();

    @Option(names = "--max-clients", paramLabel = "COUNT", description = "Most clients at a time (default: ${DEFAULT-VALUE}).")
    private int maxClients = 2048;

    /** Complains about what cannot be meant. */
    int maxClients() throws CommandFailure {
        if (maxClients < 1) {
            throw new CommandFailure(ExitStatus.USAGE, "--max-clients: " + maxClients + " must be 1 or more");
        }
        return maxClients;
    }

    /** Looks up hosts and takes what is inherited, and so finds out early what cannot work. */
    Listening prepare() throws IOException {
        return Listening.at(addresses);
    }
}
