package org.ninep.nbd.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.nbd.BlockDevice;
import org.ninep.nbd.Export;
import org.ninep.nbd.NbdServer;
import org.ninep.nbd.ResilientBlockDevice;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.control.ControlSocket;
import org.ninep.nbd.control.Metrics;
import org.ninep.resilient.Connections;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** An NBD server in front of 9P files. Confined to one thread. */
@Command(name = "nbd", description = {
        "Serve files on 9P servers as NBD exports, read-only.",
        "A 9P server that cannot be reached at start is waited for. When clients can connect, a line"
                + " \"ready: URI\" for each export and address is printed."
})
final class NbdCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Mixin
    private final ListenOptions listen = new ListenOptions();

    @Mixin
    private final ResilienceOptions resilience;

    @Option(names = "--export", paramLabel = "NAME=URI[ URI...]", required = true, arity = "1..*", converter = Image.Converter.class, description = {
            "A name for clients to ask for, and the 9P URI of the file: several, separated by blanks, are its replicas,"
                    + " read from in order of preference. The first export is what clients get that ask for none.",
            "9P URIs: 9p://HOST[:564]/PATH?aname=EXPORT or 9p+unix:///PATH?socket=SOCKET&aname=EXPORT; further"
                    + " parameters are uname, uid, msize and auth=munge."
    })
    private List<Image> images = new ArrayList<>();

    @Option(names = "--round-up", paramLabel = "512|4096", description = "Enlarge exports with zeros to whole sectors of this size.")
    private int roundUp = 1;

    @Option(names = "--max-memory", paramLabel = "SIZE", converter = Converters.OfSize.class, description = "Most memory for replies in flight, from 1MiB (default: 8MiB).")
    private long maxMemory = 8L << 20;

    @Option(names = "--control", paramLabel = "PATH", description = "A Unix socket, for its owner only, at which \"ninep status\" and \"ninep replicas\" ask (default: none).")
    private @Nullable Path control;

    @Option(names = "--metrics", paramLabel = "tcp:HOST:PORT", converter = ListenAddress.Converter.class, description = "Serve metrics in Prometheus' text format at http://HOST:PORT/metrics (default: not).")
    private @Nullable ListenAddress metrics;

    @Option(names = "--fail-fast", description = "Give up, with the status that tells why, if an export cannot be opened at start.")
    private boolean failFast;

    private final Program program;

    NbdCommand(Program program) {
        this.program = program;
        resilience = new ResilienceOptions(program);
    }

    /**
     * What {@code --export} says. Immutable.
     *
     * @param name for NBD clients
     * @param replicas at least one
     */
    record Image(String name, List<NinepUri> replicas) {

        /** Reads the option's value. Immutable. */
        static final class Converter implements ITypeConverter<Image> {

            @Override
            public Image convert(String text) {
                int equals = text.indexOf('=');
                if (equals < 0 || text.substring(0, equals).contains("://")) {
                    throw new TypeConversionException(
                            "\"" + text + "\" is not NAME=URI: a name for the export is missing");
                }
                try {
                    List<NinepUri> replicas = NinepUri.parseAll(text.substring(equals + 1));
                    return new Image(text.substring(0, equals), replicas);
                } catch (IllegalArgumentException e) {
                    throw Converters.OfUri.malformed(e);
                }
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        validate();
        ServiceManager manager = ServiceManager.ofThisProcess();
        try (Listening listening = listen.prepare();
                ServedFiles files = new ServedFiles(connections(), manager)) {
            files.start(images, resilience);
            try (Closeable _ = controlSocket(files); Closeable _ = metrics(files)) {
                files.await(failFast);
                serve(listening, files, manager);
            }
        } catch (InterruptedIOException e) {
            LoggerFactory.getLogger(NbdCommand.class).info("asked to end before all exports were there");
        }
        return ExitStatus.OK;
    }

    private Connections connections() throws CommandFailure {
        return resilience.connect(images.stream().flatMap(image -> image.replicas().stream()));
    }

    private Closeable controlSocket(ServedFiles files) throws CommandFailure {
        Path path = control;
        if (path == null) {
            return () -> {};
        }
        try {
            return ControlSocket.open(path, files.byName());
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.CANNOT_LISTEN, "--control: " + Complaints.words(e), e);
        }
    }

    private Closeable metrics(ServedFiles files) throws CommandFailure {
        return switch (metrics) {
            case null -> () -> {};
            case ListenAddress.Tcp tcp -> {
                try {
                    Metrics serving = Metrics.serve(tcp.resolve(), files.byName());
                    LoggerFactory.getLogger(NbdCommand.class).info("metrics at http://{}:{}/metrics", tcp.host(),
                            serving.port());
                    yield serving;
                } catch (IOException e) {
                    throw new CommandFailure(ExitStatus.CANNOT_LISTEN, "--metrics: cannot listen at " + tcp + ": "
                            + Complaints.words(e), e);
                }
            }
            default -> throw new CommandFailure(ExitStatus.USAGE, "--metrics: " + metrics + " is not tcp:HOST:PORT");
        };
    }

    private void validate() throws CommandFailure {
        require(roundUp == 1 || roundUp == 512 || roundUp == 4096,
                "--round-up: " + roundUp + " is neither 512 nor 4096");
        require(maxMemory >= 1 << 20, "--max-memory: " + maxMemory + " bytes are too little, it takes 1MiB or more");
        listen.maxClients();
        Set<String> names = new HashSet<>();
        for (Image image : images) {
            require(names.add(image.name()), "--export: two exports have the name \"" + image.name() + "\"");
        }
    }

    private static void require(boolean condition, String complaint) throws CommandFailure {
        if (!condition) {
            throw new CommandFailure(ExitStatus.USAGE, complaint);
        }
    }

    private void serve(Listening listening, ServedFiles files, ServiceManager manager) throws IOException {
        try (NbdServer server = start(listening, files)) {
            SocketChannel client = listening.inheritedClient();
            Future<?> gone = client == null ? new CompletableFuture<>() : server.serve(client);
            for (Image image : images) {
                for (ListenAddress address : listening.named(server.addresses())) {
                    program.out().println("ready: " + ReadyUri.nbd(address, image.name()));
                }
            }
            manager.ready();
            if (listening.isOneClient()) {
                Waiting.forEnd(gone);
            } else {
                Waiting.forInterrupt();
            }
            manager.stopping();
            server.close(PATIENCE);
        }
    }

    private NbdServer start(Listening listening, ServedFiles files) throws CommandFailure {
        NbdServer.Builder builder = NbdServer.builder().maxRepliesInFlight(maxMemory);
        files.byName().forEach((name, file) -> {
            BlockDevice device = new ResilientBlockDevice(file);
            builder.export(new Export(name, roundUp == 1 ? device : device.roundedUpTo(roundUp)));
        });
        builder.maxClients(listen.maxClients());
        listening.addresses().forEach(builder::listen);
        ServerSocketChannel inherited = listening.inheritedListener();
        if (inherited != null) {
            builder.listen(inherited);
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.CANNOT_LISTEN, Complaints.words(e), e);
        }
    }
}
