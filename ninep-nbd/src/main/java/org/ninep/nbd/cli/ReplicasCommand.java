package org.ninep.nbd.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.ninep.client.NinepUri;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows and changes the replicas of an export while it is in use. Confined to one thread. */
@Command(name = "replicas", description = "Show or change the replicas of an export of a running \"ninep nbd --control PATH\".")
final class ReplicasCommand implements Callable<Integer> {

    /** What is to be done, as it is written on the command line. */
    enum Action {
        list, add, remove
    }

    @Mixin
    private final ControlOption control = new ControlOption();

    @Parameters(index = "0", paramLabel = "list|add|remove", description = "What to do.")
    private Action action = Action.list;

    @Parameters(index = "1", paramLabel = "EXPORT", description = "The export's name.")
    private String export = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "URI", converter = Converters.OfUri.class, description = "The replica to add or to remove.")
    private @org.jspecify.annotations.Nullable NinepUri uri;

    private final Program program;

    ReplicasCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws IOException {
        NinepUri replica = uri;
        if ((action == Action.list) != (replica == null)) {
            throw new CommandFailure(ExitStatus.USAGE,
                    action == Action.list ? "list takes no URI" : action + " takes the URI of a replica");
        }
        print(control.ask(client -> ask(client, String.valueOf(replica))));
        return ExitStatus.OK;
    }

    private JsonObject ask(ControlClient client, String replica) throws IOException {
        return switch (action) {
            case list -> client.status();
            case add -> client.add(export, replica);
            case remove -> client.remove(export, replica);
        };
    }

    private void print(JsonObject status) throws CommandFailure {
        for (JsonElement element : status.getAsJsonArray("exports")) {
            JsonObject each = element.getAsJsonObject();
            if (each.get("export").getAsString().equals(export)) {
                each.getAsJsonArray("replicas").forEach(
                        replica -> program.out().println(replica.getAsJsonObject().get("uri").getAsString()));
                return;
            }
        }
        throw new CommandFailure(ExitStatus.FAILED, "no export \"" + export + "\"");
    }
}
