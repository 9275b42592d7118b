package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server at a port of the loopback interface, with the servers behind it. Immutable.
 *
 * @param name for people: the chain, from the front to the back
 * @param export of an NBD server: the name of what it serves; empty for the default
 * @param programs all of it, the front first
 */
record Service(String name, int port, String export, List<Program> programs) {

    Service {
        programs = List.copyOf(programs);
    }

    /** The same, reached at another port. */
    Service at(int otherPort) {
        return new Service(name, otherPort, export, programs);
    }

    /** This one behind a new front. */
    Service behind(String front, Program program, int frontPort) {
        List<Program> all = new ArrayList<>(List.of(program));
        all.addAll(programs);
        return new Service(front + " over " + name, frontPort, "", all);
    }

    /** Of an NBD server: the URI of what it serves. */
    String nbd() {
        return nbd(export);
    }

    /** Of an NBD server: the URI of one of its exports. */
    String nbd(String name) {
        return "nbd://127.0.0.1:" + port + (name.isEmpty() ? "" : "/" + name);
    }

    /** Of a 9P server: a file of the directory that it exports. */
    String nineP(Path file) {
        return "9p://127.0.0.1:" + port + "/" + file.getFileName() + "?aname=" + file.getParent();
    }

    /** What all of its programs have used of the processors so far. */
    double cpuSeconds() throws IOException {
        double sum = 0;
        for (Program program : programs) {
            sum += program.cpuSeconds();
        }
        return sum;
    }
}
