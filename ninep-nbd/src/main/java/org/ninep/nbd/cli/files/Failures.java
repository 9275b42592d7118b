package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.ninep.NinepException;
import org.ninep.RemoteException;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;

/** What went wrong with single files while a command went on with the others. Confined to one thread. */
public final class Failures {

    private final String command;
    private final Streams streams;
    private int status = ExitStatus.OK;

    /** For one run of a command. */
    public Failures(String command, Streams streams) {
        this.command = command;
        this.streams = streams;
    }

    /** Something that is done to a file. */
    public interface Deed {

        /** Does it. */
        void run() throws IOException;
    }

    /** The status to end with: that of the first failure. */
    public int status() {
        return status;
    }

    /**
     * Does it, and if it fails, says so: for what a command was given one by one. An interrupt and a mistake in the command line
     * are thrown.
     */
    public void each(Deed deed) throws IOException {
        try {
            deed.run();
        } catch (IOException e) {
            if (isInterrupt(e) || isUsage(e)) {
                throw e;
            }
            add(e);
        }
    }

    /**
     * As {@link #each}, for a part of a tree: what would befall every other part as well is thrown.
     *
     * @return whether it succeeded
     */
    public boolean part(Deed deed) throws IOException {
        try {
            deed.run();
            return true;
        } catch (IOException e) {
            if (isInterrupt(e) || isUsage(e) || isOfTheConnection(e)) {
                throw e;
            }
            add(e);
            return false;
        }
    }

    /** Says what is wrong. */
    public void add(IOException failure) {
        streams.err().println("ninep " + command + ": " + Complaints.line(failure));
        if (status == ExitStatus.OK) {
            status = ExitStatus.of(failure);
        }
    }

    private static boolean isInterrupt(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof InterruptedIOException || at instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUsage(IOException thrown) {
        return thrown instanceof CommandFailure && ExitStatus.of(thrown) == ExitStatus.USAGE;
    }

    private static boolean isOfTheConnection(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof NinepException && !(at instanceof RemoteException)) {
                return true;
            }
        }
        return false;
    }
}
