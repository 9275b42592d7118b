package org.ninep.nbd.cli.common;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.RemoteException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * Makes one line on standard error of whatever went wrong, and the status that goes with it.
 *
 * <p>Immutable.
 *
 * @param streams whose standard error it is
 */
public record Complaints(Streams streams) implements IParameterExceptionHandler, IExecutionExceptionHandler {

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        print(command, about(e.getArgSpec()) + reason(e) + hint(command));
        return ExitStatus.USAGE;
    }

    private static String hint(String command) {
        return " (see " + command + " --help)";
    }

    private static String about(@Nullable ArgSpec argument) {
        return switch (argument) {
            case null -> "";
            case OptionSpec option -> option.longestName() + ": ";
            case ArgSpec positional -> positional.paramLabel() + ": ";
        };
    }

    /** A converter's own words if it has any; they need no introduction. */
    private static String reason(ParameterException e) {
        if (e.getCause() instanceof TypeConversionException conversion) {
            return words(conversion);
        }
        return words(e);
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        String name = command.getCommandSpec().qualifiedName();
        Throwable cause = e instanceof UncheckedIOException io && io.getCause() != null ? io.getCause() : e;
        if (cause instanceof InterruptedException || cause instanceof InterruptedIOException
                || cause instanceof ClosedByInterruptException) {
            print(name, "interrupted");
        } else if (cause instanceof CommandFailure failure && failure.status() == ExitStatus.USAGE) {
            print(name, words(failure) + hint(name));
        } else if (cause instanceof IOException) {
            print(name, words(cause));
        } else {
            print(name, "unexpected failure: " + cause);
            cause.printStackTrace(streams.err());
        }
        return ExitStatus.of(cause);
    }

    /** One line about what went wrong and, where that is not said, the way out. */
    public static String words(Throwable thrown) {
        String message = thrown.getMessage();
        if (message == null) {
            return thrown.getClass().getSimpleName();
        }
        return switch (thrown) {
            case NoSuchFileException e when e.getReason() == null -> message + ": no such file or directory";
            case AccessDeniedException e when e.getReason() == null -> message + ": permission denied";
            case FileAlreadyExistsException e when e.getReason() == null -> message + ": exists already";
            case ConnectionLostException _ when message.startsWith("cannot connect") ->
                message + "; is a 9P server running there?";
            case RemoteException e -> message + advice(e);
            default -> message;
        };
    }

    private static String advice(RemoteException refusal) {
        if (refusal.getCause() instanceof RemoteException) {
            return ""; // it says what to do already
        }
        boolean attaching = String.valueOf(refusal.getMessage()).contains(": Tattach ");
        if (attaching && refusal.errno().equals(Errno.EPERM)) {
            return "; the URI's aname must be exported to you, its uid says who attaches, and a server that wants to know who"
                    + " is there takes auth=munge in the URI, or ninep nbd --auth munge";
        }
        if (refusal.errno().equals(Errno.EACCES) || refusal.errno().equals(Errno.EPERM)) {
            return attaching
                    ? "; the URI's aname must be exported to you, and its uid says who attaches"
                    : "; the URI's uid says who attaches";
        }
        if (attaching) {
            return "; the URI's aname must be what the server exports";
        }
        return refusal.errno().equals(Errno.ELOOP) ? "; links are not followed, name their target" : "";
    }

    /** As {@link #words}, on one line, with nothing in it that moves the cursor of a terminal. */
    public static String line(Throwable thrown) {
        return line(words(thrown));
    }

    private static String line(String what) {
        return MessageTrace.printable(what.lines().map(String::strip).collect(Collectors.joining(" ")));
    }

    private void print(String command, String what) {
        streams.err().println(command + ": " + line(what));
    }
}
