/** The 9P2000.L protocol: messages, codec, transports, client and server. */
module org.ninep.core {
    requires static transitive org.jspecify;
    requires org.slf4j;
}
