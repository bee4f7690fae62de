from onedot.c_api cimport dot_f32, dot_f64, matvec_f32, matvec_f64, single_dot_f32, single_matvec_f32
