module org.example.embed {
    requires org.ninep.nbd;
}
