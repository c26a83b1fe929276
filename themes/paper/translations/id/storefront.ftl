paper-motto = Semua barang yang layak dijual
home-newest = Baru terbit
