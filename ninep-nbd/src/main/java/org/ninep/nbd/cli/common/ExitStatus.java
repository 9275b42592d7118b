package org.ninep.nbd.cli.common;

import java.io.EOFException;
import org.ninep.ConnectionLostException;
import org.ninep.NinepException;
import org.ninep.ProtocolException;
import org.ninep.RemoteException;
import org.ninep.RequestTimeoutException;
import org.ninep.munge.MungeException;
import org.ninep.resilient.UnsuitableFileException;

/** The statuses of the program, for scripts: {@code docs/cli.md} and every {@code --help} list them. */
public final class ExitStatus {

    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;
    public static final int REFUSED = 4;
    public static final int NOT_9P = 5;
    public static final int UNUSABLE = 6;
    public static final int CANNOT_LISTEN = 7;
    public static final int NO_CREDENTIAL = 8;

    private ExitStatus() {}

    /** What an exception that ends a command means, by the first of its causes that tells. */
    public static int of(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            switch (at) {
                case CommandFailure failure -> {
                    return failure.status();
                }
                case NinepException failure -> {
                    return of(failure);
                }
                case MungeException _ -> {
                    return NO_CREDENTIAL;
                }
                case EOFException _ -> {
                    return UNUSABLE;
                }
                case UnsuitableFileException _ -> {
                    return UNUSABLE;
                }
                default -> {
                    // its cause may tell
                }
            }
        }
        return FAILED;
    }

    private static int of(NinepException failure) {
        return switch (failure) {
            case ConnectionLostException _ -> UNREACHABLE;
            case RequestTimeoutException _ -> UNREACHABLE;
            case RemoteException _ -> REFUSED;
            case ProtocolException _ -> NOT_9P;
        };
    }
}
