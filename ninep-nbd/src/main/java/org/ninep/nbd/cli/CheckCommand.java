package org.ninep.nbd.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.check.Conformance;
import org.ninep.check.Finding;
import org.ninep.check.Needs;
import org.ninep.check.Report;
import org.ninep.check.Verdict;
import org.ninep.client.NinepUri;
import org.ninep.nbd.cli.common.ClientOptions;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.MessageTrace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds out whether a server does what the protocol says. Confined to one thread. */
@Command(name = "check", description = "Find out whether a 9P2000.L server does what the protocol says, with requests that change nothing unless more is allowed. A line for each check; status 1 if one failed.")
final class CheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "URI", converter = Converters.OfUri.class, description = "The server, and a directory with a file, a directory and a link to look at, or a file.")
    private @Nullable NinepUri uri;

    @Option(names = "--scratch", paramLabel = "DIR", description = "Check what writes, too: in a new directory in DIR, from the export's root; it is removed at the end.")
    private @Nullable String scratch;

    @Option(names = "--destructive", description = "Send malformed frames, too, and what else has brought down servers.")
    private boolean destructive;

    @Option(names = "--only", paramLabel = "ID", description = "Do only this check, or this group: walk.partial, walk; as often as wanted.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--json", description = "As JSON, on one line, at the end.")
    private boolean json;

    @Mixin
    private final ClientOptions options;

    private final Program program;

    CheckCommand(Program program) {
        this.program = program;
        options = new ClientOptions(program.streams());
    }

    @Override
    public Integer call() throws IOException {
        Conformance.Builder builder = options.conformance(Objects.requireNonNull(uri, "the parser demands a URI"))
                .destructive(destructive);
        if (scratch != null) {
            builder.scratch(scratch);
        }
        try {
            builder.only(only);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--only: " + e.getMessage(), e);
        }
        if (!json) {
            builder.listener(this::print);
        }
        Report report = builder.run();
        program.out().println(json ? json(report) : summary(report) + notAsked(report));
        return report.passed() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /** Of what was not allowed there is one line at the end. */
    private void print(Finding finding) {
        if (isNotAsked(finding)) {
            return;
        }
        program.out().println("%-8s %-26s %s".formatted(word(finding.verdict()), finding.check().id(),
                MessageTrace.printable(finding.seen())).stripTrailing());
        if (finding.verdict() == Verdict.FAILED || finding.verdict() == Verdict.DIFFERS) {
            program.out().println("%35s expected: %s (%s)".formatted("", finding.check().expected(),
                    finding.check().basis()));
        }
    }

    private static String word(Verdict verdict) {
        return verdict == Verdict.FAILED ? verdict.name() : verdict.name().toLowerCase(Locale.ROOT);
    }

    private static String summary(Report report) {
        return "%s: %d ok, %d differ, %d failed, %d skipped".formatted(report.endpoint(),
                report.with(Verdict.OK).size(), report.with(Verdict.DIFFERS).size(),
                report.with(Verdict.FAILED).size(), report.with(Verdict.SKIPPED).size());
    }

    private boolean isNotAsked(Finding finding) {
        Needs needs = finding.check().needs();
        return (needs.scratch() && scratch == null) || (needs.destructive() && !destructive);
    }

    private String notAsked(Report report) {
        long count = report.findings().stream().filter(this::isNotAsked).count();
        return count == 0 ? "" : " (%d for want of --scratch or --destructive)".formatted(count);
    }

    private static JsonObject json(Report report) {
        JsonObject json = new JsonObject();
        json.addProperty("server", report.endpoint());
        json.addProperty("passed", report.passed());
        JsonArray checks = new JsonArray();
        report.findings().forEach(finding -> checks.add(json(finding)));
        json.add("checks", checks);
        return json;
    }

    private static JsonObject json(Finding finding) {
        JsonObject json = new JsonObject();
        json.addProperty("id", finding.check().id());
        json.addProperty("verdict", finding.verdict().name());
        json.addProperty("seen", finding.seen());
        json.addProperty("expected", finding.check().expected());
        json.addProperty("basis", finding.check().basis());
        json.addProperty("needs", finding.check().needs().name());
        return json;
    }
}
