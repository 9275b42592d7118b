package org.ninep.nbd.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
 * @param program whose standard error it is
 */
record Complaints(Program program) implements IParameterExceptionHandler, IExecutionExceptionHandler {

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
        if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
            print(name, "interrupted");
        } else if (cause instanceof CommandFailure failure && failure.status() == ExitStatus.USAGE) {
            print(name, words(failure) + hint(name));
        } else if (cause instanceof IOException) {
            print(name, words(cause));
        } else {
            print(name, "unexpected failure: " + cause);
            cause.printStackTrace(program.err());
        }
        return ExitStatus.of(cause);
    }

    /** The message, or where that says too little, the kind of exception too. */
    static String words(Throwable thrown) {
        String message = thrown.getMessage();
        if (message == null) {
            return thrown.getClass().getSimpleName();
        }
        return switch (thrown) {
            case java.nio.file.NoSuchFileException e when e.getReason() == null ->
                message + ": no such file or directory";
            case java.nio.file.AccessDeniedException e when e.getReason() == null -> message + ": permission denied";
            case java.nio.file.FileAlreadyExistsException e when e.getReason() == null -> message + ": exists already";
            default -> message;
        };
    }

    private void print(String command, String what) {
        program.err().println(command + ": " + what.lines().map(String::strip).collect(Collectors.joining(" ")));
    }
}
