package org.ninep.nbd.cli;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ninep.client.NinepUri;
import org.ninep.munge.MungeSocketBuilder;
import org.ninep.munge.MungeVerifier;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.Credentials;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;
import org.ninep.transport.Connection;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The 9P2000.L server. Confined to one thread. */
@Command(name = "serve", description = {
        "Serve directories and files over 9P2000.L.",
        "When clients can connect, a line \"ready: URI\" for each export and address is printed."
})
final class ServeCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Mixin
    private final ListenOptions listen = new ListenOptions();

    @Option(names = "--export", paramLabel = "PATH[=ANAME]", required = true, arity = "1..*", converter = Exported.Converter.class, description = "A directory or a file, and the name that clients attach to: the absolute path unless given, and what is"
            + " behind the last = if the path has one, too.")
    private List<Exported> exports = new ArrayList<>();

    @Option(names = "--read-write", description = "Let clients change what is exported (default: nothing can be changed).")
    private boolean readWrite;

    @Option(names = "--read-only", paramLabel = "ANAME", description = "With --read-write: an export that cannot be changed all the same.")
    private Set<String> readOnly = new LinkedHashSet<>();

    @Option(names = "--act-as", paramLabel = "WHO", converter = ActAs.Converter.class, description = "As whom files are touched: server, the user that this program runs as (default); user, the one that attaches; or"
            + " UID:GID for everybody. The last two take root.")
    private ActAs actAs = new ActAs.Server();

    @Option(names = "--auth", paramLabel = "none|munge", converter = Converters.OfAuth.class, completionCandidates = Converters.AuthNames.class, description = "munge: let in only users whose MUNGE credential proves who they are (default: none, whoever can connect).")
    private NinepUri.Auth auth = NinepUri.Auth.NONE;

    @Mixin
    private final Credentials.ForAuthentication credentials = new Credentials.ForAuthentication();

    @Option(names = "--msize", paramLabel = "SIZE", converter = Converters.OfSize.class, description = "Largest frame to agree to, 4K to 16M (default: 1MiB).")
    private long msize = 1 << 20;

    private final Program program;

    ServeCommand(Program program) {
        this.program = program;
    }

    /**
     * What {@code --export} says. Immutable.
     *
     * @param path what is served
     * @param aname for 9P clients
     */
    record Exported(Path path, String aname) {

        /** Reads the option's value. Immutable. */
        static final class Converter implements ITypeConverter<Exported> {

            @Override
            public Exported convert(String text) {
                int equals = text.lastIndexOf('=');
                String path = equals < 0 ? text : text.substring(0, equals);
                try {
                    if (!path.isEmpty()) {
                        Path absolute = Path.of(path).toAbsolutePath().normalize();
                        return new Exported(absolute, equals < 0 ? absolute.toString() : text.substring(equals + 1));
                    }
                } catch (InvalidPathException e) {
                    // said below
                }
                throw new TypeConversionException("\"" + text + "\" is not PATH or PATH=ANAME");
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        try (Listening listening = listen.prepare(); Server server = server()) {
            List<ListenAddress> addresses = listening.named(start(server, listening));
            SocketChannel client = listening.inheritedClient();
            if (client != null) {
                server.accept(Connection.of(client, "inherited"));
            }
            for (Exported exported : exports) {
                for (ListenAddress address : addresses) {
                    program.out().println("ready: " + ReadyUri.ninep(address, exported.aname()));
                }
            }
            ServiceManager manager = ServiceManager.ofThisProcess();
            manager.ready();
            if (listening.isOneClient()) {
                Waiting.forLastClient(server);
            } else {
                Waiting.forInterrupt();
            }
            manager.stopping();
            server.close(PATIENCE);
        }
        return ExitStatus.OK;
    }

    private Server server() throws CommandFailure {
        Server.Builder builder = Server.builder().maxClients(listen.maxClients())
                .threadFactory(ServeCommand::newThread);
        if (msize < 4096 || msize > 16 << 20) {
            throw new CommandFailure(ExitStatus.USAGE, "--msize: " + msize + " is not from 4K to 16M");
        }
        builder.maxMsize((int) msize);
        if (auth == NinepUri.Auth.MUNGE) {
            builder.authentication(new MungeVerifier(credentials.munge(MungeSocketBuilder.DEFAULT_TIMEOUT)));
        } else if (credentials.areGiven()) {
            throw new CommandFailure(ExitStatus.USAGE, "--munge-socket and --munge-key-file go with --auth munge");
        }
        if (auth == NinepUri.Auth.NONE && actAs instanceof ActAs.AttachingUser) {
            LoggerFactory.getLogger(ServeCommand.class)
                    .warn("--act-as user without --auth munge: whoever can connect is"
                            + " served as any user that it names, root among them");
        }
        Set<String> anames = exports.stream().map(Exported::aname).collect(Collectors.toSet());
        for (String aname : readOnly) {
            if (!readWrite || !anames.contains(aname)) {
                throw new CommandFailure(ExitStatus.USAGE, "--read-only: " + (readWrite
                        ? "nothing is exported as \"" + aname + "\""
                        : "nothing can be changed without --read-write anyway"));
            }
        }
        for (Exported exported : exports) {
            try {
                builder.export(exported.aname(), tree(exported));
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(ExitStatus.USAGE, "--export: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new CommandFailure(ExitStatus.UNUSABLE, "cannot export " + Complaints.words(e), e);
            }
        }
        return builder.build();
    }

    private DirectoryTree tree(Exported exported) throws IOException {
        DirectoryTree.Builder tree = DirectoryTree.builder(exported.path());
        if (readWrite && !readOnly.contains(exported.aname())) {
            tree.readWrite();
        }
        actAs.apply(tree);
        return tree.build();
    }

    private static Thread newThread(Runnable task) {
        return Thread.ofPlatform().daemon().name("ninep-serve").unstarted(task);
    }

    private static List<SocketAddress> start(Server server, Listening listening) throws CommandFailure {
        List<SocketAddress> bound = new ArrayList<>();
        for (SocketAddress address : listening.addresses()) {
            bound.add(listen(address, () -> server.listen(address)));
        }
        ServerSocketChannel inherited = listening.inheritedListener();
        if (inherited != null) {
            bound.add(listen("inherited", () -> server.listen(inherited)));
        }
        return bound;
    }

    private static SocketAddress listen(Object where, Callable<SocketAddress> attempt) throws CommandFailure {
        try {
            return attempt.call();
        } catch (IOException e) {
            String reason = Complaints.words(e);
            String named = reason.startsWith(where + ": ") ? reason : where + ": " + reason;
            throw new CommandFailure(ExitStatus.CANNOT_LISTEN, "cannot listen at " + named, e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
