package org.ninep.nbd.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ninep.client.NinepUri;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.resilient.Connections;
import org.ninep.resilient.ReplicaState;
import org.ninep.resilient.ResilienceListener;
import org.ninep.resilient.ResilientFile;
import org.slf4j.LoggerFactory;

/**
 * The files behind the exports of a process, by name, and the connections that they share.
 *
 * <p>Confined to one thread, but for what it gives out.
 */
final class ServedFiles implements Closeable {

    private final Connections connections;
    private final ServiceManager manager;
    private final SequencedMap<String, ResilientFile> files = new LinkedHashMap<>();

    ServedFiles(Connections connections, ServiceManager manager) {
        this.connections = connections;
        this.manager = manager;
    }

    /** Begins to connect to all replicas of all images. */
    void start(Iterable<NbdCommand.Image> images, ResilienceOptions options) throws CommandFailure {
        for (NbdCommand.Image image : images) {
            ResilienceListener listener = new ResilienceListener() {
                @Override
                public void replicaChanged(NinepUri replica, ReplicaState before, ReplicaState now, String reason) {
                    if (now == ReplicaState.DOWN) {
                        manager.status("export " + image.name() + ": " + reason);
                    }
                }
            };
            files.put(image.name(), options.file(connections, image.name(), image.replicas(), listener).start());
        }
    }

    /**
     * Waits until all can be read.
     *
     * @param failFast whether to give up instead where no replica of a file serves now
     */
    void await(boolean failFast) throws IOException {
        for (var entry : files.entrySet()) {
            ResilientFile file = entry.getValue();
            if (failFast) {
                openNow(file);
            } else {
                file.awaitOpen();
            }
            LoggerFactory.getLogger(NbdCommand.class).info("export \"{}\": {} bytes", entry.getKey(), file.size());
        }
    }

    private static void openNow(ResilientFile file) throws IOException {
        try {
            file.awaitOpenOrFail();
        } catch (java.io.InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            String why = Stream.concat(Stream.of(e), Stream.of(e.getSuppressed())).map(Complaints::words).distinct()
                    .collect(Collectors.joining("; "));
            throw new CommandFailure(ExitStatus.of(e), why, e);
        }
    }

    /** By the name of their export. */
    SequencedMap<String, ResilientFile> byName() {
        return files;
    }

    @Override
    public void close() {
        files.values().forEach(ResilientFile::close);
        connections.close();
    }
}
