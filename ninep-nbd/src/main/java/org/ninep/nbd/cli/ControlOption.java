package org.ninep.nbd.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Path;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.control.ControlClient;
import picocli.CommandLine.Option;

/** Which running {@code ninep nbd} is asked. Confined to one thread. */
final class ControlOption {

    @Option(names = "--control", paramLabel = "PATH", required = true, description = "The control socket of a running \"ninep nbd --control PATH\".")
    private Path path = Path.of("");

    /** A question to it. */
    interface Question<T> {
        T ask(ControlClient client) throws IOException;
    }

    <T> T ask(Question<T> question) throws IOException {
        try {
            return question.ask(new ControlClient(path));
        } catch (ConnectException e) {
            throw new CommandFailure(ExitStatus.UNREACHABLE, path + ": nobody listens there; is \"ninep nbd --control "
                    + path + "\" running?", e);
        } catch (SocketException e) {
            throw new CommandFailure(ExitStatus.UNREACHABLE, path + ": " + e.getMessage(), e);
        }
    }
}
