package org.ninep.check;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ninep.check.bench.Allowance;
import org.ninep.check.bench.Case;
import org.ninep.check.bench.Observed;
import org.ninep.check.bench.Samples;
import org.ninep.check.bench.Scratch;
import org.ninep.check.bench.Session;
import org.ninep.check.bench.Subject;
import org.ninep.check.bench.Target;

/** One run: does check after check, and looks after each that failed whether the server still serves. */
final class Run {
    /** What cleaning up finds. */
    static final Check REMOVED = new Check("scratch.removed", Needs.SCRATCH,
            "What the run made can be removed at the end", "unlink(2), rmdir(2)");

    private static final Duration CLEANING = Duration.ofMinutes(1);
    private static final long CLEANING_BYTES = 64 << 20;
    private static final String NO_ANSWER = "the server does not serve any more, since ";

    private final Allowance allowance;
    private final Consumer<Finding> listener;
    private final boolean destructive;
    private final @Nullable List<String> scratch;
    private final List<Finding> findings = new ArrayList<>();
    private Target target;
    private Samples samples = Samples.NONE;
    /** Why nothing more is tried, or empty. */
    private String over = "";

    Run(Target target, Allowance allowance, Consumer<Finding> listener, boolean destructive,
            @Nullable List<String> scratch) {
        this.target = target;
        this.allowance = allowance;
        this.listener = listener;
        this.destructive = destructive;
        this.scratch = scratch;
    }

    Report all(Map<Check, Case> chosen) throws IOException {
        requireServer();
        Scratch made = scratch == null ? null : Scratch.make(target.at(scratch), allowance);
        try {
            if (made != null) {
                target = made.inside();
                made.fill(allowance);
            }
            look();
            for (Map.Entry<Check, Case> each : chosen.entrySet()) {
                if (!each.getKey().equals(REMOVED)) {
                    found(finding(each.getKey(), each.getValue()));
                }
            }
        } finally {
            String left = made == null ? "" : made.remove(new Allowance(CLEANING, CLEANING_BYTES));
            if (!left.isEmpty() || chosen.containsKey(REMOVED)) {
                found(made == null
                        ? new Finding(REMOVED, Verdict.SKIPPED, reasonToSkip(REMOVED))
                        : new Finding(REMOVED, left.isEmpty() ? Verdict.OK : Verdict.FAILED, left));
            }
        }
        return new Report(target.transport().endpoint(), findings);
    }

    private void requireServer() throws IOException {
        try (Subject server = new Subject(target, allowance, samples)) {
            server.connect();
        }
    }

    /** What there is to look at. If the server does not even tell that, the check of its own says why. */
    private void look() throws IOException {
        try (Subject server = new Subject(target, allowance, samples)) {
            samples = server.find();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            samples = Samples.NONE;
        }
    }

    private void found(Finding finding) {
        findings.add(finding);
        listener.accept(finding);
    }

    private Finding finding(Check check, Case body) throws IOException {
        String reason = reasonToSkip(check);
        if (!reason.isEmpty()) {
            return new Finding(check, Verdict.SKIPPED, reason);
        }
        Finding finding = run(check, body);
        if (finding.verdict() == Verdict.FAILED && !serves()) {
            over = NO_ANSWER + check.id();
            return new Finding(check, Verdict.FAILED, finding.seen() + "; and then the server serves nobody any more");
        }
        return finding;
    }

    private String reasonToSkip(Check check) {
        Needs needs = check.needs();
        if (needs.scratch() && scratch == null) {
            return "it writes: that needs a scratch directory"
                    + (needs.destructive() ? ", and leave to be destructive" : "");
        }
        if (needs.destructive() && !destructive) {
            return "it may bring down a server: that needs leave to be destructive";
        }
        return over.isEmpty() ? allowance.exhausted() : over;
    }

    private Finding run(Check check, Case body) throws IOException {
        try (Subject server = new Subject(target, allowance, samples)) {
            try {
                body.body().run(server);
            } catch (Observed e) {
                return new Finding(check, e.isSkipped() ? Verdict.SKIPPED : Verdict.FAILED, text(e));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                return new Finding(check, Verdict.FAILED, text(e));
            }
            List<String> differences = server.differences();
            return differences.isEmpty()
                    ? new Finding(check, Verdict.OK, "")
                    : new Finding(check, Verdict.DIFFERS, String.join("; ", differences));
        }
    }

    private static String text(Exception e) {
        return String.valueOf(e.getMessage());
    }

    /** Whether a new client gets answers. */
    private boolean serves() throws IOException {
        try (Subject server = new Subject(target, allowance, samples)) {
            server.attach(server.versioned(target.msize()), Session.ROOT);
            return true;
        } catch (Observed refused) {
            return true;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return false;
        }
    }
}
