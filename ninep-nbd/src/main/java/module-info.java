/** An NBD server in front of 9P files, and the {@code ninep} command line. */
module org.ninep.nbd {
    requires static transitive org.jspecify;
    requires transitive org.ninep.core;
    requires transitive org.ninep.resilient;
    requires org.ninep.check;
    requires org.ninep.munge;
    requires com.google.gson;
    requires info.picocli;
    requires io.prometheus.metrics.exporter.httpserver;
    requires io.prometheus.metrics.model;
    // the metrics' HTTP server, which an automatic module cannot ask for
    requires jdk.httpserver;
    requires org.slf4j;

    exports org.ninep.nbd;

    opens org.ninep.nbd.cli to info.picocli;
    opens org.ninep.nbd.cli.common to info.picocli;
    opens org.ninep.nbd.cli.copy to info.picocli;
    opens org.ninep.nbd.cli.files to info.picocli;
}
