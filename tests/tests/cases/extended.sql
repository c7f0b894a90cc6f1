-- What the schema `Extended` needs beside Chinook's tables.

CREATE TYPE length AS ENUM ('short', 'medium', 'long');
