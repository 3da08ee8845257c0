-- One row of a typed table; its name, its columns and a parameter for each are put in. $1 and so on: the row's values
INSERT INTO {table} ({columns}) VALUES ({values})
