package org.ninep.benchmarks.compare;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is asked of an NBD server, by programs of others. Confined to one thread. */
final class Workloads {
    private final Bench bench;

    Workloads(Bench bench) {
        this.bench = bench;
    }

    /** Compares all bytes, before anything is timed. */
    void verify(Service service, Image image) throws IOException {
        try {
            image.verify(List.of("nbdcopy", service.nbd(), "-"));
        } catch (IOException e) {
            throw new IOException(service.name() + " does not serve the image: " + e.getMessage(), e);
        }
    }

    /** Copies the whole image to nowhere with nbdcopy. */
    Figures copy(Service service, Image image, int connections) throws IOException, InterruptedException {
        Program front = service.programs().getFirst();
        double before = service.cpuSeconds();
        double frontBefore = front.cpuSeconds();
        Client.Run run = bench.client()
                .run(List.of("nbdcopy", "--connections=" + connections, service.nbd(), "null:"));
        return Figures.sequential(image.bytes(), run.seconds(), service.cpuSeconds() - before, run.cpuSeconds())
                .with(Metric.FRONT_CPU_PER_GIB, (front.cpuSeconds() - frontBefore) / image.gibibytes());
    }

    /**
     * Reads at random places for the length of a run with fio.
     *
     * @param bytes of each read
     * @param depth reads in flight
     */
    Figures random(Service service, Image image, int bytes, int depth) throws IOException, InterruptedException {
        Path job = Files.createTempFile(bench.work(), "random", ".fio");
        Files.write(job,
                List.of("[random]", "ioengine=nbd", "uri=" + service.nbd(), "rw=randread", "bs=" + bytes,
                        "iodepth=" + depth, "time_based", "runtime=" + bench.options().seconds(),
                        "size=" + image.bytes(), "randseed=" + System.nanoTime() % 1_000_000));
        double before = service.cpuSeconds();
        Client.Run run = bench.client().run(List.of("fio", "--output-format=json", job.toString()));
        double server = service.cpuSeconds() - before;
        Files.delete(job);
        JsonObject read = read(run.output());
        long reads = read.get("total_ios").getAsLong();
        if (reads == 0) {
            throw new IOException("fio has read nothing from " + service.name());
        }
        double perSecond = read.get("iops").getAsDouble();
        if (bytes == Image.BLOCK) {
            return Figures.random(reads, perSecond, server, run.cpuSeconds());
        }
        return Figures.sequential(reads * bytes, reads / perSecond, server, run.cpuSeconds());
    }

    private static JsonObject read(String output) throws IOException {
        try {
            // notes may stand in front
            return JsonParser.parseString(output.substring(Math.max(0, output.indexOf('{')))).getAsJsonObject()
                    .getAsJsonArray("jobs").get(0).getAsJsonObject().getAsJsonObject("read");
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new IOException("fio printed no result: " + output.strip(), e);
        }
    }

    /** The most memory that each program of a chain had. */
    void memory(String part, Service service) throws IOException {
        for (Program program : service.programs()) {
            bench.results().add(new Measurement(part, program.name(), service.name(), Metric.MEMORY, 1,
                    program.peakMebibytes()));
        }
    }
}
