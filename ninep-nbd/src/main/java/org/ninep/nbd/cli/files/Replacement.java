package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.client.RemoteFile;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * Puts something new under a name, whole or not at all: it is made under another name in the same directory, and renamed when it
 * is done.
 */
public final class Replacement {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Replacement() {}

    /** Makes something under a name that is not there. */
    public interface Maker {

        /** Fails with EEXIST if there is such a name. */
        void make(String name) throws IOException;
    }

    /**
     * Makes something that takes one request: under its name if that is free, or else as {@link #byRename} does.
     *
     * @param replace whether what is there is replaced
     */
    public static void of(Place place, boolean replace, Maker maker) throws IOException {
        try {
            maker.make(place.name());
        } catch (RemoteException e) {
            if (!replace || !e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
            byRename(place, maker);
        }
    }

    /** Makes it under another name, and renames it to its own, which replaces what is there. */
    public static void byRename(Place place, Maker maker) throws IOException {
        String part = ".ninep-" + HexFormat.of().toHexDigits(RANDOM.nextLong()) + ".part";
        try {
            maker.make(part);
            place.names().rename(part, place.names(), place.name());
        } catch (IOException e) {
            throw removing(new Place(place.directory(), place.names(), part), e);
        }
    }

    private static IOException removing(Place part, IOException cause) {
        boolean interrupted = Thread.interrupted(); // an interrupted thread cannot ask for anything
        try {
            part.names().unlink(part.name());
        } catch (IOException e) {
            if (!isGone(part)) {
                return new CommandFailure(ExitStatus.of(cause), Complaints.words(cause)
                        + "; what there is of it may be left as " + part.path(), cause);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return cause;
    }

    private static boolean isGone(Place part) {
        try (RemoteFile there = part.find()) {
            return there == null;
        } catch (IOException e) {
            return false;
        }
    }
}
