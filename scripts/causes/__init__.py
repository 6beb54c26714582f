"""Are reasons true? Causes are planted in clinics that lack nothing, one at a time and in pairs, and compared with what is told."""
